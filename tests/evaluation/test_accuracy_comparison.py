"""Models' accuracy side by side."""

import json

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest

from essentia_ldl.evaluation import balanced_accuracy, log_loss
from essentia_ldl.evaluation.accuracy_comparison import AccuracyComparison
from essentia_ldl.evaluation.bootstrap import Resampling
from essentia_ldl.labels.metrics import ece

Table = NDArray[np.float64]


@pytest.fixture
def rows(rng: np.random.Generator) -> dict[str, Table]:
    """What three models say of forty tracks in four classes."""
    return {name: rng.dirichlet(np.ones(4), size=40) for name in ("a", "b", "uniform")}


@pytest.fixture
def y(rng: np.random.Generator) -> NDArray[np.int64]:
    """True classes, of which the last has no track."""
    return rng.permutation(np.repeat([0, 1, 2], [25, 10, 5]))


def test_accuracy_is_what_the_parts_say(y: NDArray[np.int64], rows: dict[str, Table]) -> None:
    found = AccuracyComparison.of(y, rows)
    assert found.tracks_per_class == (25, 10, 5, 0)
    assert list(found.models) == ["a", "b", "uniform"]
    for name, model in found.models.items():
        predicted = rows[name].argmax(axis=1)
        assert model.balanced_accuracy.value == pytest.approx(balanced_accuracy(y, predicted))
        assert model.balanced_accuracy.low < model.balanced_accuracy.value
        assert model.log_loss == pytest.approx(log_loss(y, rows[name]))
        assert model.calibration_error == pytest.approx(ece(np.eye(4)[y], rows[name]))
        for index, recall in enumerate(model.recall[:3]):
            own = predicted[y == index] == index
            assert recall is not None
            assert recall.value == pytest.approx(own.mean())
            wilson = binomtest(int(own.sum()), len(own)).proportion_ci(method="wilson")
            assert (recall.low, recall.high) == pytest.approx((wilson.low, wilson.high))
        assert model.recall[3] is None
        assert model.confusion.sum(axis=1).tolist() == [25, 10, 5, 0]


def test_every_pair_has_a_difference(y: NDArray[np.int64], rows: dict[str, Table]) -> None:
    found = AccuracyComparison.of(y, rows)
    pairs = [(d.model, d.other) for d in found.differences]
    assert pairs == [("b", "a"), ("uniform", "a"), ("uniform", "b")]
    for difference in found.differences:
        own, other = (
            found.models[name].balanced_accuracy.value
            for name in (difference.model, difference.other)
        )
        assert difference.estimate.value == pytest.approx(own - other)


def test_a_model_against_itself_differs_by_nothing(
    y: NDArray[np.int64], rows: dict[str, Table]
) -> None:
    (difference,) = AccuracyComparison.of(y, {"a": rows["a"], "b": rows["a"]}).differences
    assert (difference.estimate.low, difference.estimate.high) == (0, 0)


def test_which_models_run_beside_it_does_not_matter(
    y: NDArray[np.int64], rows: dict[str, Table]
) -> None:
    beside = AccuracyComparison.of(y, rows).models["b"].to_dict()
    assert AccuracyComparison.of(y, {"b": rows["b"]}).models["b"].to_dict() == beside


def test_what_a_report_holds_is_json(y: NDArray[np.int64], rows: dict[str, Table]) -> None:
    how = Resampling(n_resamples=20)
    found = AccuracyComparison.of(y, rows, how=how).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["n_tracks"] == 40
    assert AccuracyComparison.of(y, rows, how=how).to_dict() == found, "the same again"
