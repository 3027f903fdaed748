import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import KNeighborsClassifier

from essentia_ldl.labels import KNNSmoothing
from essentia_ldl.labels.neighbors import nearest_others, nearest_points


@settings(max_examples=30, deadline=None)
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
