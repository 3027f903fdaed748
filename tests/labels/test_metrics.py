"""Distances between distributions, against what SciPy and scikit-learn define alike."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.spatial import distance
from scipy.stats import entropy
from sklearn.metrics import brier_score_loss, log_loss

from essentia_ldl.labels import metrics
from essentia_ldl.labels.metrics import LDL_METRICS, SIMILARITIES, brier, ece, nll

Table = NDArray[np.float64]

_SIDE_BY_SIDE = {**LDL_METRICS, "nll": nll, "brier": brier}


def _normal(rows: Table) -> Table:
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


@st.composite
def _pairs(draw: st.DrawFn, *, zeros: bool = True) -> tuple[Table, Table]:
    """Two tables of distributions; with zeros, such as a few votes give."""
    n_classes = draw(st.integers(2, 6))
    shape = (draw(st.integers(1, 5)), n_classes)
    least = 0 if zeros else 1
    tables = (draw(arrays(np.int64, shape, elements=st.integers(least, 4))) for _ in range(2))
    rows = [np.where(table.any(axis=1, keepdims=True), table, 1) for table in tables]
    return _normal(rows[0].astype(float)), _normal(rows[1].astype(float))


def _by_row(one: Callable[[Any, Any], float], pair: tuple[Table, Table]) -> list[float]:
    return [one(*rows) for rows in zip(*pair, strict=True)]


@given(pair=_pairs())
def test_scipy_says_the_same(pair: tuple[Table, Table]) -> None:
    canberra, chebyshev = (_by_row(f, pair) for f in (distance.canberra, distance.chebyshev))
    np.testing.assert_allclose(metrics.canberra(*pair), canberra, atol=1e-12)
    np.testing.assert_allclose(metrics.chebyshev(*pair), chebyshev, atol=1e-12)
    cosines = 1 - np.array(_by_row(distance.cosine, pair))
    np.testing.assert_allclose(metrics.cosine(*pair), cosines, atol=1e-12)
    manhattan = np.array(_by_row(distance.cityblock, pair))
    np.testing.assert_allclose(metrics.intersection(*pair), 1 - manhattan / 2, atol=1e-12)


@given(pair=_pairs(zeros=False))
def test_kullback_leibler_is_scipys_relative_entropy(pair: tuple[Table, Table]) -> None:
    np.testing.assert_allclose(metrics.kullback_leibler(*pair), entropy(*pair, axis=1), atol=1e-12)


@given(pair=_pairs())
def test_clark_is_gengs_formula(pair: tuple[Table, Table]) -> None:
    def clark(d: Table, e: Table) -> float:
        terms = ((a - b) ** 2 / (a + b) ** 2 for a, b in zip(d, e, strict=True) if a + b > 0)
        return float(np.sqrt(sum(terms)))

    np.testing.assert_allclose(metrics.clark(*pair), _by_row(clark, pair), atol=1e-12)


@given(pair=_pairs(), random=st.randoms(use_true_random=False))
def test_one_hot_rows_give_scikit_learns_losses(pair: tuple[Table, Table], random: Any) -> None:
    predicted = pair[1]
    n_classes = predicted.shape[1]
    y = [random.randrange(n_classes) for _ in predicted]
    one_hot = np.eye(n_classes)[y]
    labels = list(range(n_classes))
    assert nll(one_hot, predicted).mean() == pytest.approx(log_loss(y, predicted, labels=labels))
    expected = brier_score_loss(y, predicted, labels=labels, scale_by_half=False)
    assert brier(one_hot, predicted).mean() == pytest.approx(expected)


@pytest.mark.parametrize("name", _SIDE_BY_SIDE)
@given(pair=_pairs())
def test_properties_of_all(name: str, pair: tuple[Table, Table]) -> None:
    metric, (truth, predicted) = _SIDE_BY_SIDE[name], pair
    before = truth.copy(), predicted.copy()
    values = metric(truth, predicted)
    np.testing.assert_array_equal(truth, before[0])
    np.testing.assert_array_equal(predicted, before[1])
    assert values.shape == (len(truth),)
    assert values.dtype == np.float64
    assert np.isfinite(values).all()
    assert values.min() >= -1e-12
    np.testing.assert_array_equal(metric(truth[::-1], predicted[::-1]), values[::-1])
    np.testing.assert_allclose(metric(truth[:, ::-1], predicted[:, ::-1]), values, atol=1e-12)


@pytest.mark.parametrize("name", LDL_METRICS)
@given(pair=_pairs())
def test_nothing_is_nearer_than_itself(name: str, pair: tuple[Table, Table]) -> None:
    metric, (truth, predicted) = LDL_METRICS[name], pair
    best = 1.0 if name in SIMILARITIES else 0.0
    np.testing.assert_allclose(metric(truth, truth), best, atol=1e-12)
    sign = 1 if name in SIMILARITIES else -1
    assert (sign * (metric(truth, predicted) - best) <= 1e-12).all()


def test_a_predicted_zero_costs_36_nats_and_no_more() -> None:
    smallest = -np.log(np.finfo(float).eps)
    assert metrics.kullback_leibler([[1, 0]], [[0, 1]]) == pytest.approx(smallest)
    assert nll([[1, 0]], [[0, 1]]) == pytest.approx(smallest)
    assert smallest == pytest.approx(36.04, abs=0.01)


@pytest.mark.parametrize("left", [1e-12, 0.01, 0.2])
def test_a_class_without_votes_adds_one_however_little_is_predicted(left: float) -> None:
    truth, predicted = [[1, 0, 0]], [[1 - 2 * left, left, left]]
    own = 2 * left / (2 - 2 * left)
    assert metrics.canberra(truth, predicted) == pytest.approx(2 + own)
    assert metrics.clark(truth, predicted) == pytest.approx(np.sqrt(2 + own**2))


def test_calibration_error_by_hand() -> None:
    """Two bins: confidence .6 and .7 with one of two right, .9 with one of one."""
    predicted = [[0.6, 0.4], [0.7, 0.3], [0.1, 0.9]]
    truth = [[1, 0], [0, 1], [0, 1]]
    surplus = abs(0.6 + 0.7 - 1), abs(0.9 - 1)
    assert ece(truth, predicted, n_bins=4) == pytest.approx(sum(surplus) / 3)
    assert ece(truth, predicted, n_bins=1) == pytest.approx(abs(0.6 + 0.7 + 0.9 - 2) / 3)


@given(pair=_pairs(), n_bins=st.integers(1, 20))
def test_calibration_error_is_a_proportion(pair: tuple[Table, Table], n_bins: int) -> None:
    assert 0 <= ece(*pair, n_bins=n_bins) <= 1
    one_bin = abs(float(np.mean([e.max() - d[e.argmax()] for d, e in zip(*pair, strict=True)])))
    assert ece(*pair, n_bins=n_bins) >= one_bin - 1e-12


@pytest.mark.parametrize(
    ("truth", "predicted", "problem"),
    [
        ([[1, 0]], [[1, 0, 0]], "cannot be compared"),
        ([1, 0], [1, 0], "expected distributions of shape"),
        ([[1, 0]], [[0.6, 0.6]], "row 0 is no distribution"),
        ([[1, 0], [2, -1]], [[1, 0], [1, 0]], "row 1 is no distribution"),
        ([[1, 0]], [[float("nan"), 1]], "row 0 is no distribution"),
        ([[]], [[]], "expected distributions of shape"),
    ],
)
@pytest.mark.parametrize("name", _SIDE_BY_SIDE)
def test_what_is_no_distribution_is_refused(
    name: str, truth: Any, predicted: Any, problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        _SIDE_BY_SIDE[name](truth, predicted)


def test_calibration_needs_rows_and_bins() -> None:
    with pytest.raises(ValueError, match="0 rows"):
        ece(np.empty((0, 2)), np.empty((0, 2)))
    with pytest.raises(ValueError, match="0 bins"):
        ece([[1, 0]], [[1, 0]], n_bins=0)
