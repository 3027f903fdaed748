"""What could be gained by one who knows the right labels."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.labels import BASELINE
from tests.tools.robustness_data import write_made_up
from tools.noisy_labels import training
from tools.noisy_labels.bounds import BOUNDS
from tools.noisy_labels.methods import methods
from tools.noisy_labels.noise import CLEAN, Noise
from tools.noisy_labels.scores import Scores
from tools.noisy_labels.tables import markdown
from tools.noisy_labels.training import Batch, run_batch
from tools.noisy_labels.units import Unit

_TRUTH = np.eye(2)[[0, 0, 1, 1]]
_GIVEN = np.eye(2)[[0, 1, 1, 1]]
_ENHANCED = np.array([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("name", "learned"),
    [
        ("bound-right", _TRUTH),
        ("bound-without-wrong", [[1, 0], [0, 0], [0, 1], [0, 1]]),
        ("bound-all-found", [[0.9, 0.1], [1, 0], [0.3, 0.7], [0.5, 0.5]]),
        ("bound-none-moved", [[1, 0], [0.6, 0.4], [0, 1], [0, 1]]),
    ],
)
def test_what_each_learns_from(name: str, learned: object) -> None:
    np.testing.assert_array_equal(BOUNDS[name](_ENHANCED, _GIVEN, _TRUTH), learned)


def test_fewer_labels_are_drawn_alike_for_the_same_tracks() -> None:
    truth = np.eye(2)[np.arange(100) % 2]
    found = BOUNDS["bound-fewer"](truth, truth, truth)
    kept = found.any(axis=1)
    assert kept.sum() == 36
    np.testing.assert_array_equal(found[kept], truth[kept])
    np.testing.assert_array_equal(BOUNDS["bound-fewer"](truth, truth, truth), found)


def test_right_labels_are_those_without_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "EPOCHS", 3)
    data = write_made_up(tmp_path / "made-up.npz")
    noise = Noise("uniform", 0.2)
    known = methods()
    chosen = [
        replace(known[BASELINE], noises=(CLEAN, noise)),
        replace(known["robust"], noises=(CLEAN, noise)),
        *(replace(known[name], noises=(noise,)) for name in BOUNDS),
    ]
    units = [Unit(method, "happy", "stratified", 0) for method in chosen]
    found = run_batch(Batch(data, tuple(units)))
    by_name = {
        unit.method.name: content["noises"] for unit, content in zip(units, found, strict=True)
    }
    clean, noisy = by_name[BASELINE]
    assert by_name["bound-right"][0]["pooled"] == clean["pooled"] != noisy["pooled"]
    assert len({str(noises[-1]["pooled"]) for noises in by_name.values()}) == len(chosen)
    text = markdown(Scores.of(zip(units, found, strict=True)))
    assert "if the right labels were known" in text
    assert "| All labels put right | 1 | 1 |" in text
    assert "bound-" not in text
