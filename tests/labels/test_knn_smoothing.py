"""k-NN smoothing of labels."""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from essentia_ldl.labels import LMNN, KNNSmoothing, LabelWarning, OneHot, neighbors

Samples = tuple[NDArray[np.float64], NDArray[np.int_], int]

pytestmark = pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")


@st.composite
def samples(draw: st.DrawFn, *, ties: bool) -> Samples:
    """Features, labels and a k; integers on a small grid make duplicates and equal distances."""
    n_samples = draw(st.integers(2, 25))
    n_features = draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = (n_samples, n_features)
    X = rng.integers(-2, 3, shape).astype(float) if ties else rng.normal(size=shape)
    y = rng.integers(0, draw(st.integers(1, 5)), n_samples)
    return X, y, draw(st.integers(1, 30))


def brute_force(X: NDArray[np.float64], y: NDArray[np.int_], k: int) -> NDArray[np.float64]:
    one_hot = OneHot().fit_transform(None, y)
    rows = []
    for i, point in enumerate(X.tolist()):
        ranked = sorted(
            (sum((a - b) ** 2 for a, b in zip(point, other, strict=True)), j)
            for j, other in enumerate(X.tolist())
            if j != i
        )
        rows.append(np.mean([one_hot[j] for _, j in ranked[:k]], axis=0))
    return np.array(rows)


@given(samples(ties=True))
def test_equals_brute_force(drawn: Samples) -> None:
    X, y, k = drawn
    np.testing.assert_allclose(
        KNNSmoothing(k).fit_transform(X, y), brute_force(X, y, k), atol=1e-15
    )


@given(samples(ties=True), st.booleans())
def test_rows_are_distributions(drawn: Samples, include_self: bool) -> None:
    X, y, k = drawn
    distributions = KNNSmoothing(k, include_self=include_self).fit_transform(X, y)
    assert distributions.min() >= 0
    np.testing.assert_allclose(distributions.sum(axis=1), 1, atol=1e-15)


@given(samples(ties=False), st.randoms(use_true_random=False), st.booleans())
def test_permuting_samples_permutes_rows(drawn: Samples, random: Any, include_self: bool) -> None:
    X, y, k = drawn
    order = list(range(len(X)))
    random.shuffle(order)
    smoothing = KNNSmoothing(k, include_self=include_self)
    distributions = smoothing.fit_transform(X, y)
    np.testing.assert_array_equal(smoothing.fit_transform(X[order], y[order]), distributions[order])


@given(samples(ties=True), st.booleans())
def test_inputs_are_not_mutated(drawn: Samples, include_self: bool) -> None:
    X, y, k = drawn
    X_before, y_before = X.copy(), y.copy()
    KNNSmoothing(k, include_self=include_self, transformer=StandardScaler()).fit(X, y)
    np.testing.assert_array_equal(X, X_before)
    np.testing.assert_array_equal(y, y_before)


@given(samples(ties=True))
def test_include_self_adds_one_kth_of_the_own_label(drawn: Samples) -> None:
    X, y, k = drawn
    k = min(k, len(X) - 1)
    without = KNNSmoothing(k).fit_transform(X, y)
    with_self = KNNSmoothing(k + 1, include_self=True).fit_transform(X, y)
    one_hot = OneHot().fit_transform(None, y)
    np.testing.assert_allclose(with_self, (one_hot + k * without) / (k + 1), atol=1e-15)


def test_a_sample_among_exact_duplicates_drops_itself_alone() -> None:
    X, y = np.zeros((4, 2)), np.array([0, 1, 1, 2])
    smoothing = KNNSmoothing(2).fit(X, y)
    assert smoothing.neighbors_.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1]]
    with_self = KNNSmoothing(2, include_self=True).fit(X, y)
    assert with_self.neighbors_.tolist() == [[0, 1], [1, 0], [2, 0], [3, 0]]


def test_ties_are_decided_by_row_number() -> None:
    # Row 1 is as far from the others as they are from it, in numbers that floats round.
    X = np.array([[0.1 + 0.2], [0.3 * 3], [0.1 + 0.2], [0.1 + 0.2]])
    assert KNNSmoothing(2).fit(X, [0, 1, 0, 1]).neighbors_[1].tolist() == [0, 2]


def test_blocks_do_not_change_the_result(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = rng.normal(size=(50, 3)), rng.integers(0, 3, 50)
    whole = KNNSmoothing(5).fit(X, y).neighbors_
    monkeypatch.setattr(neighbors, "_BLOCK_SIZE", 7 * 50)
    np.testing.assert_array_equal(KNNSmoothing(5).fit(X, y).neighbors_, whole)


class TestTransformer:
    def test_neighbours_are_found_among_transformed_samples(self, rng: np.random.Generator) -> None:
        X, y = rng.normal(size=(40, 6)) * [1, 1, 1, 1, 1, 1000], rng.integers(0, 2, 40)
        space = make_pipeline(StandardScaler(), LMNN(2, max_iter=30, random_state=0))
        smoothing = KNNSmoothing(5, transformer=space).fit(X, y)
        mapped = space.fit(X, y).transform(X)
        np.testing.assert_array_equal(
            smoothing.label_distributions_, KNNSmoothing(5).fit_transform(mapped, y)
        )

    def test_is_copied_before_it_is_fitted(self, rng: np.random.Generator) -> None:
        scaler = StandardScaler()
        smoothing = KNNSmoothing(2, transformer=scaler).fit(rng.normal(size=(9, 2)), [0, 1, 2] * 3)
        assert not hasattr(scaler, "mean_")
        assert hasattr(smoothing.transformer_, "mean_")

    def test_sees_the_labels_as_they_were_given(self) -> None:
        seen = []

        class Recorder(FunctionTransformer):  # type: ignore[misc]
            def fit(self, X: Any, y: Any = None) -> Any:
                seen.append(list(y))
                return super().fit(X)

        KNNSmoothing(1, transformer=Recorder()).fit([[0.0], [1.0], [2.0]], ["b", "a", "b"])
        assert seen == [["b", "a", "b"]]

    def test_whose_output_is_not_finite_is_refused(self) -> None:
        broken = FunctionTransformer(lambda X: np.full_like(X, np.inf))
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            KNNSmoothing(1, transformer=broken).fit([[0.0], [1.0]], [0, 1])


class TestWarnings:
    def test_more_neighbours_than_samples_are_clipped(self) -> None:
        X, y = np.arange(4.0)[:, None], [0, 0, 0, 0]
        with pytest.warns(LabelWarning, match="n_neighbors=9 .* 3 are used"):
            assert KNNSmoothing(9).fit(X, y).n_neighbors_ == 3
        with pytest.warns(LabelWarning, match="n_neighbors=9 .* 4 are used"):
            assert KNNSmoothing(9, include_self=True).fit(X, y).n_neighbors_ == 4

    def test_a_class_smaller_than_the_neighbourhood_is_named(self) -> None:
        X, y = np.arange(9.0)[:, None], np.array(["rock"] * 6 + ["jazz"] * 3, dtype=object)
        with pytest.warns(LabelWarning, match=r"'jazz' .* cannot exceed 0\.50"):
            distributions = KNNSmoothing(4).fit_transform(X, y)
        assert distributions[6:, 0].max() <= 0.5

    @pytest.mark.parametrize(("n_neighbors", "include_self"), [(2, False), (3, True)])
    def test_silent_where_every_class_is_large_enough(
        self, n_neighbors: int, include_self: bool
    ) -> None:
        X, y = np.arange(6.0)[:, None], [0, 0, 0, 1, 1, 1]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            KNNSmoothing(n_neighbors, include_self=include_self).fit(X, y)


@pytest.mark.parametrize(
    "options", [{"n_neighbors": 0}, {"n_neighbors": 1.5}, {"transformer": 3}, {"include_self": 2}]
)
def test_refuses_bad_parameters(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        KNNSmoothing(**options).fit([[0.0], [1.0]], [0, 1])


def test_one_sample_has_no_neighbours() -> None:
    with pytest.raises(ValueError, match="minimum of 2"):
        KNNSmoothing(1).fit([[0.0]], [0])
