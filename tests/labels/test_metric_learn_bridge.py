"""metric-learn beside current scikit-learn."""

import inspect
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import metric_learn
import metric_learn._util
import metric_learn.scml
import numpy as np
import pytest
import sklearn.utils
import sklearn.utils.validation
from numpy.typing import NDArray

from essentia_ldl.labels._metric_learn import bridge_scikit_learn, initial_map


def test_metric_learn_fits_without_a_warning(rng: np.random.Generator) -> None:
    bridge_scikit_learn()
    X, y = rng.normal(size=(20, 3)), np.repeat([0, 1], 10)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metric_learn.LMNN(max_iter=10).fit(X, y).transform(X)


def test_checks_are_wrapped_once_by_however_many_threads() -> None:
    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(bridge_scikit_learn) for _ in range(64)]:
            future.result()
    for name in ("check_array", "check_X_y"):
        wrapped = inspect.unwrap(getattr(metric_learn._util, name), stop=_is_original)
        assert wrapped is getattr(metric_learn._util, name).__wrapped__
        assert wrapped is getattr(sklearn.utils, name)


def _is_original(function: object) -> bool:
    return function in (sklearn.utils.check_array, sklearn.utils.check_X_y)


def test_nothing_else_is_touched() -> None:
    bridge_scikit_learn()
    assert metric_learn.scml.check_array is sklearn.utils.check_array
    assert sklearn.utils.check_array is sklearn.utils.validation.check_array
    assert not hasattr(sklearn.utils.check_array, "__wrapped_for_metric_learn__")


def test_a_metric_learn_that_follows_the_renaming_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("check_array", "check_X_y"):
        monkeypatch.setattr(metric_learn._util, name, getattr(sklearn.utils, name))
    monkeypatch.setattr(metric_learn._util, "check_input", sklearn.utils.check_array)
    bridge_scikit_learn()
    # scikit-learn 1.7 knows the old name too, and then wrapping is harmless.
    if "force_all_finite" not in inspect.signature(sklearn.utils.check_array).parameters:
        assert metric_learn._util.check_array is sklearn.utils.check_array


def test_initial_map_has_all_rows_where_lda_finds_fewer_directions(
    rng: np.random.Generator,
) -> None:
    # Three classes along one line: one direction tells them apart.
    y = np.repeat([0, 1, 2], 4)
    X = np.tile(rng.normal(size=(4, 3)), (3, 1)) + 9.0 * y[:, None]
    start = initial_map(X, y, n_components=2, init="lda", random_state=None, verbose=False)
    assert start.shape == (2, 3)
    assert start[0].any()
    np.testing.assert_array_equal(start[1], 0)


@pytest.mark.parametrize("y", [None, np.repeat([0, 1, 2], 4)])
def test_initial_map_without_spread_within_classes_is_not_lda_s(
    y: NDArray[np.intp] | None,
) -> None:
    X = np.repeat([[0.0, 1, 2], [3, 0, 1], [1, 1, 5]], 4, axis=0)
    options: dict[str, Any] = {"n_components": 2, "random_state": 0, "verbose": False}
    start = initial_map(X, y, init="auto", **options)
    np.testing.assert_array_equal(start, initial_map(X, y, init="pca", **options))
    with pytest.raises(ValueError, match="init='lda' needs"):
        initial_map(X, y, init="lda", **options)
