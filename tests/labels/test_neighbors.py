import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.neighbors import KNeighborsClassifier

from essentia_ldl.labels import KNNSmoothing
from essentia_ldl.labels.neighbors import nearest_others, nearest_points


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), weights=st.sampled_from(["uniform", "distance"]))
def test_new_samples_get_what_scikit_learns_classifier_gives(seed: int, weights: str) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(40, 3)), rng.choice(["blues", "jazz", "rock"], 40)
    new = np.concatenate([rng.normal(size=(10, 3)), X[:2]])
    theirs = KNeighborsClassifier(5, weights=weights).fit(X, y).predict_proba(new)
    ours = KNNSmoothing(5, weights=weights).fit(X, y).predict_proba(new)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


@pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")
def test_an_exact_duplicate_counts_alone_by_distance() -> None:
    X, y = [[0.0], [0.0], [1.0], [2.0]], ["jazz", "rock", "rock", "rock"]
    distributions = KNNSmoothing(3, weights="distance").fit_transform(X, y)
    np.testing.assert_array_equal(distributions[:2], [[0, 1], [1, 0]])


def test_ties_go_by_row_and_itself_is_left_out() -> None:
    points = np.zeros((4, 2))
    np.testing.assert_array_equal(
        nearest_others(points, 2, include_self=False).rows, [[1, 2], [0, 2], [0, 1], [0, 1]]
    )
    np.testing.assert_array_equal(
        nearest_others(points, 2, include_self=True).rows, [[0, 1], [1, 0], [2, 0], [3, 0]]
    )
    np.testing.assert_array_equal(nearest_points(points[:1], points, 2).rows, [[0, 1]])


def sorted_out(
    queries: NDArray[np.float64], points: NDArray[np.float64], k: int, *, others: bool
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Sort all distances, ties by row."""
    distances = cdist(queries, points, "sqeuclidean")
    order = np.argsort(distances, axis=1, kind="stable")
    if others:
        itself = np.arange(len(queries))[:, None]
        order = order[order != itself].reshape(len(queries), len(points) - 1)
    return order[:, :k], np.take_along_axis(distances, order[:, :k], axis=1)


@settings(max_examples=200)
@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.tuples(st.integers(2, 40), st.integers(1, 30)),
    kind=st.sampled_from(["normal", "grid", "far", "outlier", "copies", "one cluster is tiny"]),
    scale=st.sampled_from([1.0, 1e-25, 1e30, 1e-139, 1e-170, 1e160, 1e307, 0.0]),
    n_neighbors=st.integers(1, 39),
)
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_neighbours_are_those_of_all_distances_sorted(
    seed: int, shape: tuple[int, int], kind: str, scale: float, n_neighbors: int
) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=shape)
    if kind == "grid":
        points = rng.integers(-1, 2, shape).astype(float)
    elif kind == "far":
        points += 1e9
    elif kind == "outlier":
        points[0] *= 1e12
    elif kind == "copies":
        points = points[rng.integers(0, max(1, len(points) // 3), len(points))]
    elif kind == "one cluster is tiny":
        points[1:] *= 1e-25
    points *= scale
    queries = np.concatenate([points[:2], 0.5 * points[:1], 0.5 * points[:1] + 0.5 * points[1:2]])
    k = min(n_neighbors, len(points) - 1)
    for found, (rows, distances) in (
        (
            nearest_others(points, k, include_self=False),
            sorted_out(points, points, k, others=True),
        ),
        (nearest_points(queries, points, k + 1), sorted_out(queries, points, k + 1, others=False)),
    ):
        np.testing.assert_array_equal(found.rows, rows)
        np.testing.assert_array_equal(found.distances, distances)
