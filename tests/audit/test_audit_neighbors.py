import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.audit.neighbors import neighbor_suspicion, similar_tracks


def test_neighbours_are_nearest_first_and_of_other_units(rng: np.random.Generator) -> None:
    X = rng.normal(size=(30, 4))
    units = np.arange(30) // 3
    found = similar_tracks(X, units, 5)
    points = (X - X.mean(axis=0)) / X.std(axis=0)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    for row in range(30):
        assert not set(units[found[row]]) & {units[row]}
        cosines = points[found[row]] @ points[row]
        assert (np.diff(cosines) <= 1e-12).all()
        others = points[units != units[row]] @ points[row]
        assert np.isclose(cosines[-1], np.sort(others)[-5])


@given(st.integers(1, 6), st.integers(1, 12))
def test_as_many_neighbours_as_every_track_has(n_units: int, wanted: int) -> None:
    units = np.arange(12) % n_units
    found = similar_tracks(np.random.default_rng(1).normal(size=(12, 3)), units, wanted)
    assert found.shape == (12, min(wanted, 12 - int(np.bincount(units).max())))


def test_without_neighbours_there_is_no_suspicion() -> None:
    assert neighbor_suspicion(np.empty((3, 0), dtype=np.intp), np.zeros(3, np.intp)).tolist() == [
        0, 0, 0,
    ]  # fmt: skip


def test_columns_that_do_not_vary_do_not_count() -> None:
    X = np.array([[0.0, 5.0], [0.1, 5.0], [4.0, 5.0], [4.1, 5.0]])
    assert similar_tracks(X, np.arange(4), 1)[:, 0].tolist() == [1, 0, 3, 2]
