"""Leave-out predictions in closed form, against regressions that are really fitted without."""

import numpy as np
import pytest

from essentia_ldl.labels import _ridge
from essentia_ldl.labels._ridge import LeaveOutRidge, _kernel, balanced_weights


def fitted_without(
    X: np.ndarray,
    targets: np.ndarray,
    groups: np.ndarray,
    penalty: float,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    noise = penalty / (np.ones(len(X)) if weights is None else weights)
    kernel = _kernel((X - X.mean(axis=0)) / X.std(axis=0))
    predicted = np.empty_like(targets)
    for group in np.unique(groups):
        out = groups == group
        inside = kernel[np.ix_(~out, ~out)] + np.diag(noise[~out])
        predicted[out] = kernel[np.ix_(out, ~out)] @ np.linalg.solve(inside, targets[~out])
    return predicted


@pytest.mark.parametrize("grouped", [False, True])
def test_predictions_are_those_of_fits_without_the_group(
    rng: np.random.Generator, grouped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ridge, "PENALTIES", np.array([0.3]))
    X, targets = rng.normal(size=(40, 5)), rng.dirichlet(np.ones(3), size=40)
    groups = np.arange(40) // 3 if grouped else np.arange(40)
    predicted = LeaveOutRidge(X, groups if grouped else None).predict(targets)
    np.testing.assert_allclose(predicted, fitted_without(X, targets, groups, 0.3), atol=1e-9)


def test_weighted_predictions_are_those_of_weighted_fits(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_ridge, "PENALTIES", np.array([0.3]))
    X, targets, groups = rng.normal(size=(40, 5)), rng.normal(size=(40, 2)), np.arange(40) // 2
    weights = rng.uniform(0.2, 3, size=40)
    predicted = LeaveOutRidge(X, groups, weights).predict(targets)
    expected = fitted_without(X, targets, groups, 0.3, weights)
    np.testing.assert_allclose(predicted, expected, atol=1e-9)


def test_balanced_weights_give_each_class_as_much() -> None:
    one_hot = np.eye(3)[[0, 0, 0, 1, 1, 2]]
    weights = balanced_weights(one_hot)
    np.testing.assert_allclose(weights @ one_hot, [2, 2, 2])
    assert weights.mean() == pytest.approx(1)


def test_the_penalty_is_the_one_of_least_error(rng: np.random.Generator) -> None:
    X, targets = rng.normal(size=(40, 5)), rng.dirichlet(np.ones(3), size=40)
    each = [fitted_without(X, targets, np.arange(40), penalty) for penalty in _ridge.PENALTIES]
    errors = [np.square(targets - one).sum() for one in each]
    found = LeaveOutRidge(X).predict(targets)
    np.testing.assert_allclose(found, each[int(np.argmin(errors))], atol=1e-9)


def test_many_samples_are_approximated_and_agree(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    X = rng.normal(size=(300, 4))
    targets = np.eye(2)[(X[:, 0] > 0).astype(int)]
    exact = LeaveOutRidge(X).predict(targets)
    monkeypatch.setattr(_ridge, "_MOST_EXACT", 100)
    monkeypatch.setattr(_ridge, "_LANDMARKS", 200)
    approximate = LeaveOutRidge(X).predict(targets)
    assert np.abs(exact - approximate).max() < 0.05
    np.testing.assert_array_equal(approximate, LeaveOutRidge(X).predict(targets))


def test_constant_features_do_no_harm(rng: np.random.Generator) -> None:
    X = np.hstack([rng.normal(size=(20, 2)), np.ones((20, 1))])
    assert np.isfinite(LeaveOutRidge(X).predict(np.eye(2)[np.arange(20) % 2])).all()
