"""Models' distances to votes, side by side and beside baselines."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.evaluation.bootstrap import Resampling
from essentia_ldl.evaluation.distance_comparison import (
    BASELINES,
    DistanceComparison,
    baseline_distributions,
)
from essentia_ldl.labels.metrics import LDL_METRICS

Table = NDArray[np.float64]


@pytest.fixture
def rows(rng: np.random.Generator) -> dict[str, Table]:
    """What three models say of forty tracks in four classes."""
    return {name: rng.dirichlet(np.ones(4), size=40) for name in ("a", "b", "uniform")}


def test_distances_are_means_over_tracks(rng: np.random.Generator, rows: dict[str, Table]) -> None:
    votes = rng.multinomial(3, np.full(4, 0.25), size=40) / 3
    found = DistanceComparison.of(votes, rows)
    assert found.n_tracks == 40
    assert found.n_divided == int((votes.max(axis=1) < 1).sum())
    assert list(found.models) == ["a", "b", "uniform"], "a model may be called like a baseline"
    assert list(found.baselines) == list(BASELINES)
    for name, estimates in found.models.items():
        for measure, estimate in estimates.items():
            mean = LDL_METRICS[measure](votes, rows[name]).mean()
            assert estimate.value == pytest.approx(mean)
            assert estimate.low < mean < estimate.high
    for measure, differences in found.differences.items():
        assert [(d.model, d.other) for d in differences] == [
            ("b", "a"), ("uniform", "a"), ("uniform", "b"),
        ]  # fmt: skip
        own, other = (found.models[name][measure].value for name in ("b", "a"))
        assert differences[0].estimate.value == pytest.approx(own - other)


def test_baselines_by_hand() -> None:
    votes = np.array([[1, 0, 0], [2 / 3, 1 / 3, 0], [0, 0, 1]])
    made = baseline_distributions(votes)
    np.testing.assert_allclose(made["uniform"], np.full((3, 3), 1 / 3))
    np.testing.assert_allclose(made["prior"], [[5 / 9, 1 / 9, 3 / 9]] * 3)
    np.testing.assert_array_equal(made["majority"], [[1, 0, 0]] * 3)
    found = DistanceComparison.of(votes, {"a": votes}, how=Resampling(n_resamples=10)).baselines
    assert found["uniform"]["chebyshev"].value == pytest.approx((2 / 3 + 1 / 3 + 2 / 3) / 3)
    assert found["majority"]["intersection"].value == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert found["prior"]["intersection"].value == pytest.approx((5 + 6 + 3) / 27)


def test_what_a_report_holds_is_json(rows: dict[str, Table]) -> None:
    how = Resampling(n_resamples=20)
    found = DistanceComparison.of(rows["a"], rows, how=how).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert DistanceComparison.of(rows["a"], rows, how=how).to_dict() == found, "the same again"
