"""Validation and alignment that all enhancers share."""

from typing import Any

import numpy as np
import pytest

from essentia_ldl.labels import KNNSmoothing, LabelEnhancer, OneHot, align

X = np.arange(12.0).reshape(6, 2)
Y = ["b", "a", "b", "a", "a", "b"]


@pytest.mark.parametrize("enhancer", [OneHot(), KNNSmoothing(2)])
class TestEveryEnhancer:
    def test_strings_and_integers_give_the_same(self, enhancer: LabelEnhancer) -> None:
        codes = np.array([1, 0, 1, 0, 0, 1])
        of_strings = enhancer.fit_transform(X, Y)
        assert enhancer.classes_.tolist() == ["a", "b"]
        np.testing.assert_array_equal(of_strings, enhancer.fit_transform(X, codes))
        assert enhancer.classes_.tolist() == [0, 1]

    def test_fit_transform_returns_the_attribute(self, enhancer: LabelEnhancer) -> None:
        distributions = enhancer.fit_transform(X, Y)
        assert distributions is enhancer.label_distributions_
        assert distributions.dtype == np.float64
        assert distributions.shape == (6, 2)

    def test_one_class(self, enhancer: LabelEnhancer) -> None:
        np.testing.assert_array_equal(enhancer.fit_transform(X, [3] * 6), np.ones((6, 1)))

    @pytest.mark.parametrize(
        "y", [None, Y[:5], [0.5, 1.5, 2.5, 1.0, 2.0, 3.0], [0, 1, 0, 1, np.nan, 0]]
    )
    def test_refuses_what_is_no_label(self, enhancer: LabelEnhancer, y: Any) -> None:
        with pytest.raises(ValueError, match=r"y|label|samples"):
            enhancer.fit(X, y)


def test_knn_smoothing_refuses_features_that_are_not_finite() -> None:
    broken = np.array(X, dtype=np.float64)
    broken[2, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        KNNSmoothing(2).fit(broken, Y)


def test_align_follows_the_order_asked_for() -> None:
    aligned = align([[0.25, 0.75], [1.0, 0.0]], ["a", "b"], ["b", "c", "a"])
    np.testing.assert_array_equal(aligned, [[0.75, 0, 0.25], [0, 0, 1]])


def test_align_takes_integer_labels() -> None:
    enhancer = OneHot().fit(None, np.array([2, 0]))
    aligned = align(enhancer.label_distributions_, enhancer.classes_, np.arange(4))
    np.testing.assert_array_equal(aligned, [[0, 0, 1, 0], [1, 0, 0, 0]])


def test_align_refuses_a_class_without_a_column() -> None:
    with pytest.raises(ValueError, match="'b'"):
        align([[0.5, 0.5]], ["a", "b"], ["a", "c"])
