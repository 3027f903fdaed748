import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from essentia_ldl.audit.layout import layout


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_threads(
    rng: np.random.Generator,
) -> None:
    X = rng.normal(size=(120, 8)) + 4 * np.eye(8)[np.arange(120) % 3]
    with threadpool_limits(2):
        first = layout(X, seed=5)
    with threadpool_limits(1):
        second = layout(X, seed=5)
    assert first.tobytes() == second.tobytes()
    assert first.min(axis=0).tolist() == [0, 0]
    assert first.max(axis=0).tolist() == [1, 1]


def test_similar_tracks_lie_close(rng: np.random.Generator) -> None:
    kind = np.arange(90) % 3
    plane = layout(rng.normal(size=(90, 6)) + 6 * np.eye(6)[kind], seed=0)
    distances = np.linalg.norm(plane[:, None] - plane, axis=2) + 9 * np.eye(90)
    assert (kind[distances.argmin(axis=1)] == kind).mean() > 0.95


@pytest.mark.parametrize("n_tracks", [1, 2, 3, 29, 31])
def test_small_collections_have_a_map(n_tracks: int, rng: np.random.Generator) -> None:
    for X in (rng.normal(size=(n_tracks, 4)), np.ones((n_tracks, 4)), np.ones((n_tracks, 1))):
        plane = layout(X, seed=0)
        assert plane.shape == (n_tracks, 2)
        assert ((plane >= 0) & (plane <= 1)).all()
