"""LMNN by metric-learn, kept running beside current scikit-learn."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import metric_learn
import numpy as np
from metric_learn import _util
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.labels._lmnn_problem import Problem, Solution, stopped
from essentia_ldl.labels.base import FloatArray

MAX_ITER = 10000
TOL = 1e-3
# Squares of less underflow.
_LEAST_SPREAD = 1e-150

_bridge_lock = threading.Lock()


def bridge_scikit_learn() -> None:
    """Let metric-learn 0.7 call scikit-learn 1.8 and newer.

    scikit-learn 1.6 renamed the option force_all_finite of its input checks to ensure_all_finite,
    and 1.8 dropped the old name, which metric-learn 0.7.0 still uses. The two checks that it
    imported into its own module `_util` are wrapped there, once in a process; scikit-learn
    itself stays as it is. A metric-learn that has followed the renaming is left alone.
    """
    with _bridge_lock:
        for name in ("check_array", "check_X_y"):
            check = getattr(_util, name)
            speaks_old_name = "force_all_finite" in inspect.signature(_util.check_input).parameters
            if speaks_old_name and not hasattr(check, "__wrapped_for_metric_learn__"):
                setattr(_util, name, _with_old_name(check))


def _with_old_name(check: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(check)
    def renaming(*args: Any, **options: Any) -> Any:
        if "force_all_finite" in options:
            options["ensure_all_finite"] = options.pop("force_all_finite")
        return check(*args, **options)

    renaming.__wrapped_for_metric_learn__ = True  # type: ignore[attr-defined]
    return renaming


def form_points(X: Any, *, preprocessor: Any, estimator: Any) -> Any:
    """Return `X`, or the points that a preprocessor makes of it.

    Parameters
    ----------
    X : array-like [shape=(n_points, n_features)] or [shape=(n_points,)]
        Indicators of points where it has one dimension.
    preprocessor : callable or None
        Makes points of indicators.
    estimator : estimator
        Named in errors.

    Raises
    ------
    ValueError
        If there are neither points nor indicators that the preprocessor knows.
    """
    bridge_scikit_learn()
    points = _util.check_input(X, preprocessor=preprocessor, estimator=estimator)
    return X if preprocessor is None else points


def form_pairs(pairs: Any, *, preprocessor: Any, estimator: Any) -> NDArray[Any]:
    """Return pairs of points, which a preprocessor makes of pairs of indicators.

    Parameters
    ----------
    pairs : array-like [shape=(n_pairs, 2, n_features)] or [shape=(n_pairs, 2)]
    preprocessor, estimator
        As in `form_points`.

    Returns
    -------
    np.ndarray [shape=(n_pairs, 2, n_features)]

    Raises
    ------
    ValueError
        If they are not pairs.
    """
    bridge_scikit_learn()
    return np.asarray(
        _util.check_input(
            pairs,
            type_of_inputs="tuples",
            tuple_size=2,
            preprocessor=preprocessor,
            estimator=estimator,
        )
    )


def checked_n_components(n_features: int, n_components: int | None) -> int:
    """Return `n_components`, or `n_features` where it is None.

    Raises
    ------
    ValueError
        If it is not between 1 and `n_features`.
    """
    return int(_util._check_n_components(n_features, n_components))


def initial_map(
    X: FloatArray,
    y: NDArray[np.intp] | None,
    *,
    n_components: int,
    init: str | ArrayLike,
    random_state: Any,
    verbose: bool,
) -> FloatArray:
    """Return the linear map that metric-learn would start from.

    Parameters
    ----------
    X : np.ndarray [shape=(n_points, n_features)]
    y : np.ndarray [shape=(n_points,)] or None
        Classes, for "auto" and "lda"; None where there are fewer than two.
    n_components, init, random_state, verbose
        As given to `LMNN`. Without differences between points of one class, which "lda" needs,
        "auto" chooses from the others.

    Returns
    -------
    np.ndarray [shape=(n_components, n_features)], float64
        With rows of zeros at the end where linear discriminant analysis found fewer directions
        (metric-learn's own map has fewer rows then); they stay zero in the optimisation.

    Raises
    ------
    ValueError
        If `init` is not known or does not fit `X`, `y` and `n_components`.
    """
    if y is not None and not _differ_within_classes(X, y):
        y = None
    if y is None and isinstance(init, str) and init == "lda":
        raise ValueError("init='lda' needs two classes, and points that differ within a class")
    bridge_scikit_learn()
    # The shares of a variance of zero, which nobody asks for here.
    with np.errstate(invalid="ignore"):
        components = _util._initialize_components(
            n_components,
            X,
            y,
            np.asarray(init, dtype=np.float64) if isinstance(init, list | tuple) else init,
            verbose,
            random_state=random_state,
            has_classes=y is not None,
        )
    start = np.zeros((n_components, X.shape[1]))
    start[: len(components)] = components
    return start


def _differ_within_classes(X: FloatArray, y: NDArray[np.intp]) -> bool:
    return any(np.ptp(X[y == label], axis=0).max() > _LEAST_SPREAD for label in np.unique(y))


def solve(problem: Problem) -> Solution:
    """Descend by metric-learn itself, from ``problem.start``."""
    bridge_scikit_learn()
    max_iter = MAX_ITER if problem.max_iter is None else problem.max_iter
    tol = TOL if problem.tol is None else problem.tol
    learner = _RecordingLMNN(
        init=problem.start,
        n_components=len(problem.start),
        n_neighbors=problem.n_neighbors,
        # metric-learn's `regularization` weighs the pull term.
        regularization=1 - problem.push_weight,
        max_iter=max_iter,
        convergence_tol=tol,
        learn_rate=problem.learn_rate,
        verbose=problem.verbose,
    )
    learner.trace = []
    learner.fit(problem.X, problem.y)
    change = learner.trace[-2] - learner.trace[-1] if len(learner.trace) > 1 else np.nan
    converged = learner.n_iter_ > learner.min_iter and abs(change) < tol
    return Solution(
        np.asarray(learner.components_, dtype=np.float64),
        np.array(learner.trace),
        "" if converged else stopped(max_iter, change, tol),
    )


class _RecordingLMNN(metric_learn.LMNN):  # type: ignore[misc]
    """metric-learn's LMNN, which keeps the objective after each iteration in `trace`.

    Its steps that raise the objective are taken back and tried again smaller.
    """

    trace: list[float]

    def _loss_grad(self, *args: Any) -> tuple[FloatArray, float, int]:
        gradient, objective, n_active = super()._loss_grad(*args)
        if not self.trace or objective <= self.trace[-1]:
            self.trace.append(float(objective))
        return gradient, objective, n_active
