"""Large margin nearest neighbour metric learning."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from metric_learn.base_metric import MahalanobisMixin
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from essentia_ldl.labels import _metric_learn
from essentia_ldl.labels._lmnn_problem import Problem, Solution, Solver
from essentia_ldl.labels.base import FloatArray, LabelWarning

if TYPE_CHECKING:
    from typing_extensions import Self

SOLVERS: Mapping[str, Solver] = {"metric-learn": _metric_learn.solve}


class LMNN(ClassNamePrefixFeaturesOutMixin, TransformerMixin, MahalanobisMixin):  # type: ignore[misc]
    """Large margin nearest neighbour: a linear map that pulls classes together and apart.

    Each point's `n_neighbors` nearest points of its own class (by Euclidean distance, chosen
    once) are its target neighbours. The map L minimises, over squared distances d2 between
    mapped points::

        (1 - push_weight) * sum of d2(i, j)
            + push_weight * sum of max(0, 1 + d2(i, j) - d2(i, l))

    with j over the target neighbours of i, and l over the points of other classes [1]_.

    The margin of 1, `tol` and `learn_rate` are absolute: the result depends on the scale of the
    features, so standardise them first.

    Parameters
    ----------
    n_components : int, optional
        Rows of L; as many as there are features where None.
    n_neighbors : int, default=3
        Target neighbours of each point. Clipped to the size of the smallest class less one, with
        a `LabelWarning`.
    push_weight : float in (0, 1], default=0.5
        The paper's lambda, which weighs the push term. metric-learn's `regularization` is one
        minus it.
    solver : {"metric-learn"}, default="metric-learn"
        How the objective is minimised: gradient descent, as metric-learn does it.
    init : {"auto", "pca", "lda", "identity", "random"} or array-like, default="auto"
        The map to start from, as in `metric_learn.LMNN`; an array has shape
        (n_components, n_features). "auto" is "lda" where there are more classes than
        components, else "pca" where there are more points and more features than components,
        else "identity", which begins with the first `n_components` features alone.
    max_iter : int, default=10000
        The solver stops after as many iterations, the evaluation of the start included.
    tol : float, default=1e-3
        The solver stops at a step that lowers the objective by less.
    learn_rate : float, default=1e-7
        The first step's length; the solver adapts it.
    random_state : int, RandomState instance or None, default=None
        Seeds the start where it is random, or the randomised PCA of large inputs.
    verbose : bool, default=False
        Whether the solver prints its progress.

    Attributes
    ----------
    components_ : np.ndarray [shape=(n_components, n_features)], float64
        The linear map L.
    n_iter_ : int
        Iterations of the solver; 0 where there was nothing to optimise.
    objective_ : float
        The objective reached; NaN where there was nothing to optimise.
    n_neighbors_ : int
        The target neighbours used.
    n_features_in_ : int
        Features seen in `fit`.

    Notes
    -----
    A class of one point has no target neighbours: its point is left out of the optimisation, with
    a `LabelWarning`. Where fewer than two classes remain, no triplet exists; the initial map is
    the result, as minimising the pull term alone would map everything to one point.

    BLAS runs on one thread during `fit`: with more it was measured to be slower, and the result
    would depend on their number.

    `MahalanobisMixin` gives `get_metric`, `get_mahalanobis_matrix` and `pair_score`.

    References
    ----------
    .. [1] K. Q. Weinberger and L. K. Saul, "Distance metric learning for large margin nearest
       neighbor classification", Journal of Machine Learning Research 10, 2009.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["acoustic", "electronic"], 20)
    >>> X = rng.normal(size=(40, 6)) + 3 * (y == "electronic")[:, None]
    >>> LMNN(2, random_state=0).fit(X, y).transform(X).shape
    (40, 2)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "push_weight": [Interval(Real, 0, 1, closed="right")],
        "solver": [StrOptions(set(SOLVERS))],
        "init": [StrOptions({"auto", "pca", "lda", "identity", "random"}), "array-like"],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "learn_rate": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
        "verbose": ["boolean"],
    }

    components_: FloatArray
    n_iter_: int
    objective_: float
    n_neighbors_: int

    def __init__(
        self,
        n_components: int | None = None,
        *,
        n_neighbors: int = 3,
        push_weight: float = 0.5,
        solver: str = "metric-learn",
        init: str | ArrayLike = "auto",
        max_iter: int = 10000,
        tol: float = 1e-3,
        learn_rate: float = 1e-7,
        random_state: int | np.random.RandomState | None = None,
        verbose: bool = False,
    ) -> None:
        self.n_components = n_components
        self.n_neighbors = n_neighbors
        self.push_weight = push_weight
        self.solver = solver
        self.init = init
        self.max_iter = max_iter
        self.tol = tol
        self.learn_rate = learn_rate
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn the map from points `X` of classes `y`.

        Parameters
        ----------
        X : array-like [shape=(n_points, n_features)]
        y : array-like [shape=(n_points,)]
            Integers or strings.

        Returns
        -------
        LMNN
            The estimator itself.

        Raises
        ------
        ValueError
            If `X` or `y` is missing or not finite, or `n_components` exceeds the features.
        """
        self._validate_params()
        points, labels = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        check_classification_targets(labels)
        with threadpool_limits(limits=1, user_api="blas"):
            solution = self._solve(points, labels)
        self.components_ = solution.components
        self.n_iter_ = solution.n_iter
        self.objective_ = solution.objective
        return self

    def transform(self, X: ArrayLike) -> FloatArray:
        """Map points.

        Parameters
        ----------
        X : array-like [shape=(n_points, n_features)]

        Returns
        -------
        np.ndarray [shape=(n_points, n_components)], float64
        """
        check_is_fitted(self)
        points = validate_data(self, X, dtype=np.float64, reset=False)
        return points @ self.components_.T  # type: ignore[no-any-return]

    def pair_distance(self, pairs: ArrayLike) -> FloatArray:
        """Distances between the two mapped points of each pair.

        Parameters
        ----------
        pairs : array-like [shape=(n_pairs, 2, n_features)]

        Returns
        -------
        np.ndarray [shape=(n_pairs,)], float64

        Raises
        ------
        ValueError
            If `pairs` has another shape.
        """
        check_is_fitted(self)
        points = check_array(pairs, dtype=np.float64, ensure_2d=False, allow_nd=True)
        if points.shape[1:] != (2, self.n_features_in_):
            raise ValueError(
                f"pairs must have shape (n_pairs, 2, {self.n_features_in_}), not {points.shape}"
            )
        differences = points[:, 1] - points[:, 0]
        return np.asarray(np.linalg.norm(differences @ self.components_.T, axis=1))

    def _solve(self, X: FloatArray, y: NDArray[Any]) -> Solution:
        n_components = self._checked_n_components(X.shape[1])
        classes, codes, sizes = np.unique(y, return_inverse=True, return_counts=True)
        self.n_neighbors_ = self._usable_n_neighbors(classes, sizes)
        paired = sizes[codes] > 1
        solvable = np.count_nonzero(sizes > 1) > 1
        if solvable:
            X, codes = X[paired], codes[paired]
        start = _metric_learn.initial_map(
            X,
            codes if solvable else None,
            n_components=n_components,
            init=self.init,
            random_state=self.random_state,
            verbose=self.verbose,
        )
        if not solvable:
            return Solution(components=start, n_iter=0, objective=np.nan)
        return SOLVERS[self.solver](
            Problem(
                X=X,
                y=codes,
                start=start,
                n_neighbors=self.n_neighbors_,
                push_weight=self.push_weight,
                max_iter=self.max_iter,
                tol=self.tol,
                learn_rate=self.learn_rate,
                verbose=self.verbose,
            )
        )

    def _checked_n_components(self, n_features: int) -> int:
        if self.n_components is None:
            return n_features
        if self.n_components > n_features:
            raise ValueError(
                f"n_components={self.n_components} exceeds the {n_features} features of X"
            )
        return self.n_components

    def _usable_n_neighbors(self, classes: NDArray[Any], sizes: NDArray[np.intp]) -> int:
        """Clip `n_neighbors` to what every class of more than one point can fill."""
        single = classes[sizes == 1].tolist()
        if single:
            warnings.warn(
                f"classes of one point have no target neighbours and are left out: {single}",
                LabelWarning,
                stacklevel=4,
            )
        fillable = int(sizes[sizes > 1].min()) - 1 if sizes.max() > 1 else 0
        if 0 < fillable < self.n_neighbors:
            warnings.warn(
                f"n_neighbors={self.n_neighbors} is more than the smallest class can fill; "
                f"{fillable} are used",
                LabelWarning,
                stacklevel=4,
            )
        return min(self.n_neighbors, fillable)

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags
