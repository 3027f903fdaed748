"""Units: paired, kept, and not run twice."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.labels import BASELINE, OneHot
from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples
from essentia_ldl.progress import Silent
from tests.tools.robustness_data import write_made_up
from tools.noisy_labels import training, units
from tools.noisy_labels.compare import compare, summary
from tools.noisy_labels.groupings import classes_of
from tools.noisy_labels.material import material_at
from tools.noisy_labels.methods import CROSSENTROPY, Method
from tools.noisy_labels.noise import CLEAN, Noise
from tools.noisy_labels.training import Batch, run_batch
from tools.noisy_labels.units import Store, Unit, units_of

_NOISES = (CLEAN, Noise("uniform", 0.2))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_made_up(tmp_path / "made-up.npz")


@pytest.fixture(autouse=True)
def few_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "EPOCHS", 3)
    monkeypatch.setattr(units, "EPOCHS", 3)


class _Recording(LabelEnhancer):
    """Keeps what it is given."""

    given: list[Samples]

    def __init__(self, given: Any = None) -> None:
        self.given = given

    def _enhance(self, samples: Samples) -> FloatArray:
        self.given.append(samples)
        return samples.one_hot


class _Failing(LabelEnhancer):
    def _enhance(self, samples: Samples) -> FloatArray:
        raise ValueError("cannot be enhanced")


def _method(name: str, enhancer: LabelEnhancer, space: str | None = None) -> Method:
    return Method(name, lambda task, seed: enhancer, space, CROSSENTROPY, _NOISES)


def test_enhancers_see_training_tracks_alone_and_methods_the_same_labels(data: Path) -> None:
    one, other = [], []  # type: ignore[var-annotated]
    batch = Batch(
        data,
        tuple(
            Unit(_method(name, _Recording(seen), "embedding"), "happy", "grouped", 0)
            for name, seen in (("one", one), ("other", other))
        ),
    )
    found = run_batch(batch)
    assert len(one) == len(other) == 10  # five folds, clean and noisy
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine.y, theirs.y)
        assert mine.groups is not None
        assert len(mine.y) < 120
    material = material_at(data)
    y = classes_of("happy", material.genres)
    for number, fold in enumerate(material.folds("happy", "grouped", 0)):
        clean, noisy = one[number].y, one[5 + number].y
        np.testing.assert_array_equal(clean, y[fold.train])
        assert (noisy != clean).sum() == round(0.2 * len(clean))
        np.testing.assert_allclose(one[number].X, material.space("embedding")[fold.train])  # type: ignore[index]
    # Equal targets make equal heads: weights, batches and patches are paired, too.
    assert found[0]["noises"] == found[1]["noises"]


def test_a_method_that_fails_costs_itself_alone(data: Path) -> None:
    units_ = [
        Unit(_method("bad", _Failing(), "embedding"), "happy", "stratified", 0),
        Unit(_method("good", OneHot()), "happy", "stratified", 0),
    ]
    bad, good = run_batch(Batch(data, tuple(units_)))
    assert bad == {"failure": "ValueError: cannot be enhanced"}
    assert [noise["rate"] for noise in good["noises"]] == [0.0, 0.2]
    scores = good["noises"][0]["pooled"]
    assert 0 <= scores["accuracy"] <= 1
    assert scores["nll"] > 0
    assert sum(fold["n_test"] for fold in good["noises"][0]["folds"]) == 120


def test_what_is_kept_is_valid_for_its_settings_alone(tmp_path: Path) -> None:
    unit = Unit(_method("a", OneHot()), "happy", "stratified", 3)
    store = Store(tmp_path, {"data": "abc"})
    assert store.load(unit) is None
    kept = store.save(unit, {"noises": []})
    assert store.load(unit) == kept
    assert Store(tmp_path, {"data": "xyz"}).load(unit) is None
    changed = Unit(_method("a", _Failing()), "happy", "stratified", 3)
    assert store.load(changed) is None
    (tmp_path / "units/a/happy-stratified-3.json").write_text("half a fi")
    assert store.load(unit) is None


def test_slow_methods_take_part_where_they_say() -> None:
    slow = Method(
        "slow", lambda task, seed: OneHot(), None, CROSSENTROPY, _NOISES, ("genre",), repeats=1
    )
    found = list(units_of([_method("all", OneHot()), slow], ("genre", "happy"), 2))
    assert [unit.key for unit in found if unit.method is slow] == [
        "slow/genre-stratified-0",
        "slow/genre-grouped-0",
    ]
    assert sum(unit.method is not slow for unit in found) == 8


def test_designs_are_compared_and_go_on_where_they_stopped(data: Path, tmp_path: Path) -> None:
    arguments: dict[str, Any] = {
        "data": data,
        "folder": tmp_path / "out",
        "tasks": ("happy",),
        "foldings": ("stratified",),
        "noises": _NOISES,
        "repeats": 2,
        "jobs": 1,
        "progress": Silent(),
    }
    same = {"same": (lambda seed: OneHot(), None, CROSSENTROPY)}
    scores = compare(same, **arguments)
    assert scores.methods == [BASELINE, "same"]
    line = summary(scores).splitlines()[-1]
    assert "+0.0000" in line
    kept = sorted((tmp_path / "out").rglob("*.json"))
    assert len(kept) == 4
    times = [path.stat().st_mtime_ns for path in kept]
    content = json.loads(kept[0].read_text())
    kept[-1].unlink()
    again = compare(same, **arguments)
    assert [path.stat().st_mtime_ns for path in kept[:-1]] == times[:-1]
    assert json.loads(kept[0].read_text()) == content
    assert again.repeats == scores.repeats
