"""Which points may be among the nearest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from essentia_ldl.labels._screening import Screen


@given(
    seed=st.integers(0, 2**32 - 1),
    n_features=st.integers(1, 200),
    spread=st.sampled_from([0.0, 1.0, 4.0, 8.0]),
)
def test_no_neighbour_is_missed(seed: int, n_features: int, spread: float) -> None:
    rng = np.random.default_rng(seed)
    # Norms of many sizes, up to what single precision cannot tell apart.
    points = rng.normal(size=(60, n_features)) * 10 ** rng.uniform(-spread, spread, (60, 1))
    queries, itself = points[:20], np.arange(20)
    possible = Screen(queries, points).candidates(slice(0, 20), 5, itself)
    distances = cdist(queries, points, "sqeuclidean")
    distances[itself, itself] = np.inf
    fifth = np.sort(distances, axis=1)[:, 4:5]
    assert not (~possible & (distances <= fifth)).any()
    assert not possible[itself, itself].any()


def test_few_are_left_to_compare() -> None:
    points = np.random.default_rng(0).normal(size=(2000, 200)) + 1000
    possible = Screen(points, points).candidates(slice(0, 100), 10, None)
    assert possible.sum(axis=1).max() <= 12


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200, 1e308])
def test_where_squares_leave_float64_s_range_all_are_candidates(size: float) -> None:
    points = np.array([[size], [-size], [size / 2]])
    possible = Screen(points, points).candidates(slice(1, 3), 1, np.array([1, 2]))
    assert possible.tolist() == [[True, False, True], [True, True, False]]
