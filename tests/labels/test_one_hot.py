"""One-hot labels."""

import numpy as np
import pytest

from essentia_ldl.labels import OneHot


def test_all_probability_is_on_the_given_label() -> None:
    distributions = OneHot().fit_transform(None, [5, 2, 5, 9])
    np.testing.assert_array_equal(distributions, [[0, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])


def test_features_are_not_looked_at() -> None:
    y = ["a", "b"]
    with_nan = OneHot().fit_transform([[np.nan], [1.0]], y)
    np.testing.assert_array_equal(with_nan, OneHot().fit_transform(None, y))


def test_features_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="inconsistent"):
        OneHot().fit(np.zeros((3, 2)), ["a", "b"])
