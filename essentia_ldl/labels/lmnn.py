"""Large margin nearest neighbour metric learning."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Integral, Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from metric_learn.base_metric import MahalanobisMixin
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from essentia_ldl.labels import _metric_learn
from essentia_ldl.labels._lmnn_problem import Problem, Solution, Solver
from essentia_ldl.labels._lmnn_selection import inliers
from essentia_ldl.labels._lmnn_whitening import whitening_map
from essentia_ldl.labels.base import FloatArray, LabelWarning

if TYPE_CHECKING:
    from typing_extensions import Self


def _lbfgs(problem: Problem) -> Solution:
    # Numba comes with it.
    from essentia_ldl.labels import _lmnn_lbfgs

    return _lmnn_lbfgs.solve(problem)


def _gd(problem: Problem) -> Solution:
    from essentia_ldl.labels import _lmnn_gd

    return _lmnn_gd.solve(problem)


SOLVERS: Mapping[str, Solver] = MappingProxyType(
    {"lbfgs": _lbfgs, "gd": _gd, "metric-learn": _metric_learn.solve}
)


class LMNN(ClassNamePrefixFeaturesOutMixin, TransformerMixin, MahalanobisMixin):  # type: ignore[misc]
    """Large margin nearest neighbour: a linear map that pulls classes together and apart.

    Each point's `n_neighbors` nearest points of its own class (by Euclidean distance, chosen
    once) are its target neighbours. The map L minimises, over squared distances d2 between
    mapped points::

        (1 - push_weight) * sum of d2(i, j)
            + push_weight * sum of max(0, 1 + d2(i, j) - d2(i, l))

    with j over the target neighbours of i, and l over the points of other classes [1]_. It is
    metric-learn's objective to the last digits, whatever the solver; which triplets are active
    is found out anew, and exactly, at every evaluation.

    Which solver? A lower objective is not a better map. With fewer points than features, every
    solver can bring the objective near zero by mapping each class to one place, and tells nothing
    about points that it has not seen; stopping early, from a start that knows no classes, is then
    what regularises.

    - "lbfgs" reaches lower objectives, tens to hundreds of times sooner than metric-learn, and
      where metric-learn does not descend at all. It needs no learning rate, and the features'
      scales do not slow it down. (The objective is not convex in L, so that it may end in another
      optimum than the others do, and now and then in a worse one.) For the optimum itself: to
      compare objectives, or where there are many more points than features.
    - "gd" takes the steps that metric-learn takes, to rounding, and stops where it does, in a
      fraction of the time. To reproduce what was learned with metric-learn, and where its slow,
      short way is wanted as a regulariser.
    - "metric-learn" calls the library itself. To check the other two.

    With any of them, the features' scales decide which points are target neighbours; with the
    last two, they also decide how far `learn_rate` and `tol` let the solver go. So standardise
    features first, or `whiten` them, and compare maps by what they do to points held out.

    Parameters
    ----------
    n_components : int, optional
        Rows of L; as many as there are features where None. Not more than those.
    n_neighbors : int, default=3
        Target neighbours of each point. Clipped to the size of the smallest class less one, with
        a `LabelWarning`.
    target_neighbors : {"nearest", "robust"}, default="nearest"
        From which points triplets are made. "nearest" takes all, as the paper does; "robust"
        leaves out those that seem mislabelled, see below.
    push_weight : float in (0, 1], default=0.5
        The paper's lambda, which weighs the push term. metric-learn's `regularization` is one
        minus it.
    solver : {"lbfgs", "gd", "metric-learn"}, default="lbfgs"
        How the objective is minimised; see above.
    init : {"auto", "pca", "lda", "identity", "random"} or array-like, default="auto"
        The map to start from, as in `metric_learn.LMNN`; an array has shape
        (n_components, n_features). "auto" is "lda" where there are more classes than
        components, else "pca" where there are more points and more features than components,
        else "identity", which begins with the first `n_components` features alone. "lbfgs" starts
        from a multiple of it, that of the least objective.
    max_iter : int, optional
        The solver stops after as many iterations, with a `ConvergenceWarning`. The evaluation of
        the start counts as one, and "gd" and "metric-learn" stop one earlier still, as
        metric-learn does. None is 1000 for "lbfgs", and the paper's 10000 for the others.
    tol : float, optional
        "lbfgs" stops at an iteration that lowers the objective by less than `tol` times its value
        (or times 1 where it is below 1); None is 1e-5. The others stop, after 50 iterations, at
        one that changes it by less than `tol`; None is 1e-3.
    learn_rate : float, default=1e-7
        Length of the first step of "gd" and "metric-learn", which adapt it; "lbfgs" has no use
        for it.
    whiten : bool, default=False
        Whether points are mapped to their principal components of unit variance first. Target
        neighbours are chosen, and `init` is a map, in that space; `components_` maps points as
        they were given. Where there are no more points than features, all of them come to lie
        equally far from each other, and a `LabelWarning` says so.
    dtype : {"float64", "float32"}, default="float64"
        Precision of the products with the features in "lbfgs" and "gd". In single precision the
        objective is exact to about 1e-7 of it, and a fit of the paper's sizes takes a fifth less
        time.
    random_state : int, RandomState instance or None, default=None
        Seeds the start where it is random, or the randomised PCA of large inputs.
    n_jobs : int, optional
        Threads that compare points in "lbfgs" and "gd"; one where None, and as many as there are
        cores, or one less and so on, where it is -1, -2 ... There is work for two from 2048
        points, and for eight from 8192. The result is the same for any number, bit for bit.
    verbose : bool, default=False
        Whether the solver prints each iteration's objective, the time taken, and the time that
        `max_iter` leaves.
    preprocessor : array-like or callable, optional
        Makes points of indicators, as in metric-learn: rows of an array, or what a function
        returns. Methods then take indicators in place of points.

    Attributes
    ----------
    components_ : np.ndarray [shape=(n_components, n_features)], float64
        The linear map L.
    n_iter_ : int
        Iterations of the solver, the evaluation of the start included; 0 where there was nothing
        to optimise.
    objective_ : float
        The objective reached; NaN where there was nothing to optimise.
    objective_trace_ : np.ndarray [shape=(n_iter_,)], float64
        The objective after each iteration, the start's first.
    n_neighbors_ : int
        The target neighbours used.
    inlier_mask_ : np.ndarray [shape=(n_points,)], bool
        The points that triplets could be made of; all of them unless `target_neighbors` is
        "robust".
    n_features_in_ : int
        Features seen in `fit`.

    Notes
    -----
    A mislabelled point is pulled towards points that are not of its kind, pushes those away that
    are, and is a target and an impostor to others: the paper names the choice of triplets as
    future work. With ``target_neighbors="robust"``, a point is left out, as an anchor, a target
    and an impostor, where the 10 points nearest to it (Euclidean, of any class) do not bear out
    its label: where no more of them are of its class than chance predicts, which is 10 times the
    class's share among the other points; or where another class leads its own among them so far
    that chance would do so less than once in ten times (sign test). It is Wilson's editing [2]_,
    which would leave out too much where classes overlap, with chance in place of the majority;
    learning from what such a filter leaves is known to help against label noise [3]_. A class
    that would keep too few points for its target neighbours keeps all. The start is that of the
    points kept.

    What that rule does was measured on GTZAN (443 tracks, held out five-fold, 10 repeats; k-NN
    accuracy with 20 % of the training labels replaced at random): .786 to .833 on mean taggrams,
    .597 to .645 on MFCC. Where 35 % were replaced by the most similar class, it changed nothing
    on taggrams and lost .020 on MFCC; with clean labels it gained .020 on taggrams and lost .016
    on MFCC, where neighbours tell less of a class. With 35 % replaced at random, k-NN without any
    map is better than after either on taggrams. It does not prevent that labels are learned by
    heart.

    A class of one point has no target neighbours: its point is left out of the optimisation, with
    a `LabelWarning`. Where fewer than two classes remain, no triplet exists; the initial map is
    the result, as minimising the pull term alone would map everything to one point.

    BLAS runs on one thread in each of `n_jobs` during `fit`: with more it was measured to be
    slower, and the result would depend on their number.

    "lbfgs" and "gd" run code compiled by numba, at the first fit of a process: from then on it is
    loaded from numba's cache, where that can be written to
    (``essentia_ldl.labels._lmnn_kernels.CACHE_FOLDER``).

    `MahalanobisMixin` gives `get_metric`, `get_mahalanobis_matrix` and `pair_score`.

    References
    ----------
    .. [1] K. Q. Weinberger and L. K. Saul, "Distance metric learning for large margin nearest
       neighbor classification", Journal of Machine Learning Research 10, 2009.
    .. [2] D. L. Wilson, "Asymptotic properties of nearest neighbor rules using edited data", IEEE
       Transactions on Systems, Man, and Cybernetics 2 (3), 1972.
    .. [3] C. E. Brodley and M. A. Friedl, "Identifying mislabeled training data", Journal of
       Artificial Intelligence Research 11, 1999.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["acoustic", "electronic"], 20)
    >>> X = rng.normal(size=(40, 6)) + 3 * (y == "electronic")[:, None]
    >>> learned = LMNN(2, random_state=0).fit(X, y)
    >>> learned.transform(X).shape
    (40, 2)
    >>> bool(learned.objective_ < learned.objective_trace_[0])
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any] | str]] = {
        "n_components": [Integral, None],  # metric-learn's own check knows the features
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "target_neighbors": [StrOptions({"nearest", "robust"})],
        "push_weight": [Interval(Real, 0, 1, closed="right")],
        "solver": [StrOptions(set(SOLVERS))],
        "init": "no_validation",  # metric-learn's own check knows the points
        "max_iter": [Interval(Integral, 1, None, closed="left"), None],
        "tol": [Interval(Real, 0, None, closed="left"), None],
        "learn_rate": [Interval(Real, 0, None, closed="neither")],
        "whiten": ["boolean"],
        "dtype": [StrOptions({"float64", "float32"}), Options(type, {np.float64, np.float32})],
        "random_state": ["random_state"],
        "n_jobs": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Integral, None, -1, closed="right"),
            None,
        ],
        "verbose": ["boolean"],
        "preprocessor": "no_validation",
    }

    components_: FloatArray
    n_iter_: int
    objective_: float
    objective_trace_: FloatArray
    n_neighbors_: int
    inlier_mask_: NDArray[np.bool_]

    def __init__(
        self,
        n_components: int | None = None,
        *,
        n_neighbors: int = 3,
        target_neighbors: str = "nearest",
        push_weight: float = 0.5,
        solver: str = "lbfgs",
        init: str | ArrayLike = "auto",
        max_iter: int | None = None,
        tol: float | None = None,
        learn_rate: float = 1e-7,
        whiten: bool = False,
        dtype: str | type[np.floating[Any]] = "float64",
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
        verbose: bool = False,
        preprocessor: Any = None,
    ) -> None:
        super().__init__(preprocessor)
        self.n_components = n_components
        self.n_neighbors = n_neighbors
        self.target_neighbors = target_neighbors
        self.push_weight = push_weight
        self.solver = solver
        self.init = init
        self.max_iter = max_iter
        self.tol = tol
        self.learn_rate = learn_rate
        self.whiten = whiten
        self.dtype = dtype
        self.random_state = random_state
        self.n_jobs = n_jobs
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
            If `X` or `y` is missing or not finite, `n_components` exceeds the features, or `init`
            does not fit them.
        """
        self._validate_params()
        self._check_preprocessor()
        formed = self._form(X)
        # One layout: sums over another would differ in their last digits.
        points, labels = validate_data(
            self, formed, y, dtype=np.float64, order="C", ensure_min_samples=2
        )
        check_classification_targets(labels)
        with threadpool_limits(limits=1, user_api="blas"):
            solution = self._solve(points, labels)
        self.components_ = solution.components
        self.objective_trace_ = solution.trace
        self.n_iter_ = len(solution.trace)
        self.objective_ = float(solution.trace[-1]) if self.n_iter_ else np.nan
        if solution.shortfall:
            warnings.warn(f"LMNN {solution.shortfall}", ConvergenceWarning, stacklevel=2)
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
        check_is_fitted(self, "components_")
        points = validate_data(self, self._form(X), dtype=np.float64, reset=False)
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
        # Pairs that are none are refused before there is a map, too: metric-learn does so.
        check_is_fitted(self, "preprocessor_")
        formed = _metric_learn.form_pairs(pairs, preprocessor=self.preprocessor_, estimator=self)
        check_is_fitted(self, "components_")
        points = check_array(formed, dtype=np.float64, allow_nd=True)
        if points.shape[2] != self.n_features_in_:
            raise ValueError(
                f"pairs must have shape (n_pairs, 2, {self.n_features_in_}), not {points.shape}"
            )
        differences = points[:, 1] - points[:, 0]
        return np.asarray(np.linalg.norm(differences @ self.components_.T, axis=1))

    def _form(self, X: ArrayLike) -> Any:
        return _metric_learn.form_points(X, preprocessor=self.preprocessor_, estimator=self)

    def _solve(self, X: FloatArray, y: NDArray[Any]) -> Solution:
        n_components = _metric_learn.checked_n_components(X.shape[1], self.n_components)
        if self.whiten:
            whitening = self._whitening(X)
            solution = self._solve_scaled((X - X.mean(axis=0)) @ whitening.T, y, n_components)
            components = solution.components @ whitening
            return Solution(components, solution.trace, solution.shortfall)
        return self._solve_scaled(X, y, n_components)

    def _solve_scaled(self, X: FloatArray, y: NDArray[Any], n_components: int) -> Solution:
        self.inlier_mask_ = self._inlier_mask(X, y)
        if not self.inlier_mask_.all():
            X, y = X[self.inlier_mask_], y[self.inlier_mask_]
        classes, codes, sizes = np.unique(y, return_inverse=True, return_counts=True)
        self.n_neighbors_ = self._usable_n_neighbors(classes, sizes)
        solvable = np.count_nonzero(sizes > 1) > 1
        start = _metric_learn.initial_map(
            X,
            codes if solvable else None,
            n_components=n_components,
            init=self.init,
            random_state=self.random_state,
            verbose=self.verbose,
        )
        if not solvable:
            return Solution(start, trace=np.empty(0))
        paired = sizes[codes] > 1
        return SOLVERS[self.solver](
            Problem(
                X=X[paired],
                y=codes[paired],
                start=start,
                n_neighbors=self.n_neighbors_,
                push_weight=self.push_weight,
                max_iter=self.max_iter,
                tol=self.tol,
                learn_rate=self.learn_rate,
                dtype=np.dtype(self.dtype).name,
                n_threads=_threads(self.n_jobs),
                verbose=self.verbose,
            )
        )

    def _inlier_mask(self, X: FloatArray, y: NDArray[Any]) -> NDArray[np.bool_]:
        if self.target_neighbors == "nearest":
            return np.ones(len(X), dtype=np.bool_)
        codes = np.unique(y, return_inverse=True)[1]
        return inliers(X, codes, fewest=self.n_neighbors + 1)

    def _whitening(self, X: FloatArray) -> FloatArray:
        n_points, n_features = X.shape
        if n_points <= n_features:
            warnings.warn(
                f"{n_points} points that are whitened in {n_features} dimensions are all equally "
                "far from each other: their neighbours mean nothing",
                LabelWarning,
                stacklevel=4,
            )
        return whitening_map(X)

    def _usable_n_neighbors(self, classes: NDArray[Any], sizes: NDArray[np.intp]) -> int:
        """Clip `n_neighbors` to what every class of more than one point can fill."""
        single = classes[sizes == 1].tolist()
        if single:
            warnings.warn(
                f"classes of one point have no target neighbours and are left out: {single}",
                LabelWarning,
                stacklevel=5,
            )
        fillable = int(sizes[sizes > 1].min()) - 1 if sizes.max() > 1 else 0
        if 0 < fillable < self.n_neighbors:
            warnings.warn(
                f"n_neighbors={self.n_neighbors} is more than the smallest class can fill; "
                f"{fillable} are used",
                LabelWarning,
                stacklevel=5,
            )
        return min(self.n_neighbors, fillable)

    @property
    def _n_features_out(self) -> int:
        return len(self.components_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _threads(n_jobs: int | None) -> int:
    if n_jobs is None:
        return 1
    if n_jobs > 0:
        return n_jobs
    import loky

    return max(1, int(loky.cpu_count()) + 1 + n_jobs)
