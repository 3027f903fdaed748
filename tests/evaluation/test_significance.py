import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from essentia_ldl.evaluation import corrected_paired_ttest, independent_ttest

accuracies = st.lists(
    st.tuples(st.floats(0, 1, width=16), st.floats(0, 1, width=16)), min_size=2, max_size=30
)


@pytest.fixture(autouse=True)
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_corrected_test_by_hand() -> None:
    # Differences 0.1, 0.2, 0: mean 0.1, variance 0.01; t = 0.1 / sqrt((1/3 + 20/80) * 0.01)
    # = 1.30931; for 2 degrees of freedom p = 1 - t / sqrt(2 + t^2).
    t = 0.1 / np.sqrt((1 / 3 + 20 / 80) * 0.01)

    p_value = corrected_paired_ttest([0.8, 0.9, 0.7], [0.7, 0.7, 0.7], 80, 20)

    np.testing.assert_allclose(p_value, 1 - t / np.sqrt(2 + t**2))


def test_without_a_test_part_the_correction_is_the_paired_test(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(2, 10))

    p_value = corrected_paired_ttest(a, b, n_train=100, n_test=0)

    np.testing.assert_allclose(p_value, stats.ttest_rel(a, b).pvalue)


def test_independent_test_is_students(rng: np.random.Generator) -> None:
    # Student's own sleep data (Biometrika 6, 1908): R's t.test(extra ~ group, sleep,
    # var.equal = TRUE) prints p-value = 0.07919.
    drug_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    drug_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

    assert round(independent_ttest(drug_1, drug_2), 5) == 0.07919


@given(accuracies)
def test_p_values_are_probabilities_and_symmetric(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T

    for p_value, swapped in [
        (corrected_paired_ttest(a, b, 80, 20), corrected_paired_ttest(b, a, 80, 20)),
        (independent_ttest(a, b), independent_ttest(b, a)),
    ]:
        assert 0 <= p_value <= 1
        np.testing.assert_allclose(p_value, swapped)


@given(accuracies)
def test_the_order_of_folds_does_not_matter(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T

    np.testing.assert_allclose(
        corrected_paired_ttest(a[::-1], b[::-1], 80, 20), corrected_paired_ttest(a, b, 80, 20)
    )
    np.testing.assert_allclose(independent_ttest(a[::-1], b), independent_ttest(a, b))


@given(accuracies)
def test_the_correction_makes_the_test_more_careful(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T

    assert corrected_paired_ttest(a, b, 80, 20) >= corrected_paired_ttest(a, b, 80, 0) - 1e-12


def test_equal_samples_do_not_differ() -> None:
    folds = [0.8, 0.9, 0.7]

    assert corrected_paired_ttest(folds, folds, 80, 20) == 1
    assert corrected_paired_ttest(folds, np.add(folds, 1e-16), 80, 20) == 1
    assert independent_ttest([0.5, 0.5], [0.5, 0.5, 0.5]) == 1


def test_the_same_difference_everywhere_is_certain() -> None:
    assert corrected_paired_ttest([0.8, 0.9], [0.7, 0.8], 80, 20) == 0
    assert independent_ttest([0.5, 0.5], [0.6, 0.6]) == 0


@pytest.mark.parametrize(
    "test", [independent_ttest, lambda a, b: corrected_paired_ttest(a, b, 8, 2)]
)
def test_one_value_is_no_sample(test: object) -> None:
    with pytest.raises(ValueError, match="two values"):
        test([0.5], [0.6])  # type: ignore[operator]


def test_pairs_need_partners() -> None:
    with pytest.raises(ValueError, match="paired"):
        corrected_paired_ttest([0.5, 0.6], [0.5, 0.6, 0.7], 80, 20)
