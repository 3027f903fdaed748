"""What holds for every enhancer that makes distributions of single labels."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from essentia_ldl.labels import (
    Blend,
    ClassPrototype,
    CrossFitted,
    KNNSmoothing,
    LabelPropagation,
    OutOfFoldTeacher,
    Temperature,
    UniformSmoothing,
)

ENHANCERS = [
    UniformSmoothing(0.3),
    KNNSmoothing(4),
    KNNSmoothing(4, weights="distance"),
    Blend(KNNSmoothing(4), share=0.3),
    Temperature(KNNSmoothing(4), temperature=2),
    ClassPrototype(),
    LabelPropagation(n_neighbors=4),
    OutOfFoldTeacher(random_state=0),
    CrossFitted(KNNSmoothing(4), random_state=0),
]
pytestmark = pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")


def _name(enhancer: Any) -> str:
    return type(enhancer).__name__


def _clusters(rng: np.random.Generator, sizes: tuple[int, ...] = (12, 15, 10)) -> Any:
    y = np.repeat(["blues", "jazz", "rock"][: len(sizes)], sizes)
    X = rng.normal(size=(len(y), 3)) + 6 * np.unique(y, return_inverse=True)[1][:, None]
    return X, y


@pytest.mark.parametrize("enhancer", ENHANCERS, ids=_name)
def test_distributions_of_clusters_favour_the_own_class(
    enhancer: Any, rng: np.random.Generator
) -> None:
    X, y = _clusters(rng)
    fitted = clone(enhancer).fit(X, y)
    distributions = fitted.label_distributions_
    np.testing.assert_allclose(distributions.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert distributions.min() >= 0
    np.testing.assert_array_equal(fitted.classes_[distributions.argmax(axis=1)], y)


@settings(max_examples=20)
@given(
    sizes=st.tuples(*[st.integers(2, 6)] * 3),
    seed=st.integers(0, 1000),
    position=st.integers(0, len(ENHANCERS) - 1),
)
def test_any_small_classes_give_distributions(
    sizes: tuple[int, ...], seed: int, position: int
) -> None:
    rng = np.random.default_rng(seed)
    _, y = _clusters(rng, sizes)
    X = rng.integers(0, 3, (len(y), 2)).astype(float)  # with duplicates
    distributions = clone(ENHANCERS[position]).fit_transform(X, y)
    np.testing.assert_allclose(distributions.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert distributions.min() >= 0


@pytest.mark.parametrize("enhancer", ENHANCERS, ids=_name)
def test_the_order_of_the_samples_does_not_show(enhancer: Any, rng: np.random.Generator) -> None:
    if isinstance(enhancer, OutOfFoldTeacher | CrossFitted):
        pytest.skip("which samples share a part depends on their order")
    X, y = _clusters(rng)
    order = rng.permutation(len(y))
    whole = clone(enhancer).fit_transform(X, y)
    np.testing.assert_allclose(
        clone(enhancer).fit_transform(X[order], y[order]), whole[order], rtol=0, atol=1e-9
    )


@pytest.mark.parametrize("enhancer", ENHANCERS[-2:], ids=_name)
def test_what_is_fitted_out_of_fold_has_its_seed(enhancer: Any, rng: np.random.Generator) -> None:
    X, y = rng.normal(size=(60, 3)), rng.choice(["jazz", "rock"], 60)
    first = clone(enhancer).fit_transform(X, y)
    np.testing.assert_array_equal(clone(enhancer).fit_transform(X, y), first)
    other = clone(enhancer).set_params(random_state=1).fit_transform(X, y)
    assert np.abs(other - first).max() > 0.01
