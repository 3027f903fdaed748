import numpy as np
import pytest

from tools.benchmarks import lmnn_sides
from tools.benchmarks.lmnn import cache_remark, large_problem, race
from tools.benchmarks.lmnn_data import mfcc_like
from tools.benchmarks.lmnn_sides import Spec, exactness
from tools.benchmarks.metric_learn_peer import fit_metric_learn

SMALL = Spec(210, 2, 8, standardised=True)


def test_a_race_to_metric_learns_best_objective() -> None:
    steps: list[int] = []
    (compared,) = race(SMALL, rounds=2, seconds=0.5, advance=steps.append)
    assert steps == [1, 1]
    assert compared.peer is not None
    assert len(compared.ours.runs) == len(compared.peer.runs) == 2
    assert compared.differences["loss, relative"] < 1e-12
    assert compared.differences["gradient, relative"] < 1e-10
    *before, reached = compared.details["trace"]
    assert reached <= compared.details["bests"][0]
    assert all(objective > compared.details["bests"][0] for objective in before)


def test_a_large_problem_has_a_peak() -> None:
    compared = large_problem(SMALL)
    assert compared.peer is None
    assert compared.ours.peak is not None
    assert compared.ours.peak > 50e6


def test_exactness_is_measured_where_features_are_raw_too() -> None:
    found = exactness(Spec(210, 3, 8, standardised=False))
    assert 0 <= found["loss, relative"] < 1e-12
    assert 0 < found["gradient, relative"] < 1e-10


def test_metric_learn_is_cut_off_in_time() -> None:
    X, y = mfcc_like(320, 2)
    whole = fit_metric_learn(X, y, 8, max_iter=30, seconds=60)
    cut = fit_metric_learn(X, y, 8, max_iter=10_000, seconds=0.2)
    assert whole.finished
    assert len(whole.accepted) == 29
    assert not cut.finished
    assert 0.2 < cut.trace[-1].cpu < 1
    assert cut.best.objective == min(each.objective for each in cut.trace)
    assert np.isfinite(cut.components).all()


def _nowhere() -> None:
    """Stand for a machine on which none of numba's folders can be written to."""


def test_a_machine_that_cannot_keep_compiled_code_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lmnn_sides, "cache_folder", _nowhere)
    (remark,) = cache_remark()
    assert "compiles first" in remark.text
