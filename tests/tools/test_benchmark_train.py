from pathlib import Path

import pytest

from tests.recorder import Recorder
from tools.benchmarks import train
from tools.benchmarks.case import Setting
from tools.benchmarks.results import Comparison, Finding


def test_both_routes_are_run(
    short_music: Path, built_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(built_models))
    progress = Recorder()

    entries = list(train.measure(Setting(tmp_path, progress, short_music, quick=True)))

    total, ours, theirs, accuracy = entries
    assert isinstance(total, Comparison)
    assert total.name == "12 clips, 5 folds, 3 label variants"
    assert total.ratio is not None
    assert total.peer is not None
    assert total.peer.peak is not None
    assert {"MusiCNN", "LMNN (metric-learn)", "heads (Keras)"} <= total.details["stages"].keys()
    assert isinstance(ours, Finding)
    assert isinstance(theirs, Finding)
    assert "Training heads" in ours.details
    assert "%" in theirs.text
    assert isinstance(accuracy, Finding)
    assert accuracy.details.keys() == {"none", "s_a", "s_b"}
    # Same folds, weights and batches: the variant without LMNN differs in rounding alone.
    mine, other = accuracy.details["none"]
    assert abs(mine - other) < 0.2
    ((_, n_steps, steps),) = progress.stages
    assert sum(steps) == n_steps
