"""Whitening."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essentia_ldl.labels._lmnn_whitening import whitening_map


@settings(max_examples=40)
@given(n=st.integers(2, 30), d=st.integers(1, 8), seed=st.integers(0, 1000))
def test_features_become_uncorrelated_and_of_unit_variance(n: int, d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 1000 * rng.normal(size=d)
    W = whitening_map(X)
    rank = np.count_nonzero(W.any(axis=1))
    assert W.shape == (d, d)
    assert rank <= min(n - 1, d)
    covariance = np.atleast_2d(np.cov(X @ W.T, rowvar=False))
    expected = np.diag(np.arange(d) < rank).astype(float)
    np.testing.assert_allclose(covariance, expected, atol=1e-6)


@pytest.mark.parametrize("constant", [[1], [0, 2], [0, 1, 2]])
def test_what_does_not_differ_becomes_zero(constant: list[int]) -> None:
    X = np.random.default_rng(0).normal(size=(20, 3))
    X[:, constant] = 5.0
    W = whitening_map(X)
    assert not W[3 - len(constant) :].any()
    assert np.isfinite(W).all()
