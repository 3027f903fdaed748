"""What metric-learn's published tests ask of its LMNN, asked of this one.

The tests that metric-learn 0.7.0 publishes were run with this class in the place of its own
(test_base_metric, test_components_metric_conversion, test_fit_transform, test_mahalanobis_mixin,
test_sklearn_compat and test_utils of its source distribution, and the LMNN part of
metric_learn_test of its repository), for each solver. They pass, but for these:

- test_loss_grad_lbfgs, test_loss_func and test_toy_ex_lmnn call or override metric-learn's private
  functions (`_loss_grad`, `_select_targets`, `_sum_outer_products`). What they find there is asked
  here, and in test_lmnn_objective, of what this class computes.
- test_lmnn of TestStringRepr passes `convergence_tol`, which is `tol` here; likewise
  `regularization` is ``1 - push_weight``, and `min_iter` is always its default.

A class of as many points as `n_neighbors` is an exception, too, though no published test shows it:
metric-learn lets such points be their own target neighbours, and refuses smaller classes; here,
fewer neighbours are used, with a warning.
"""

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis, pdist, squareform
from sklearn.base import clone
from sklearn.cluster import DBSCAN
from sklearn.datasets import load_iris, make_classification
from sklearn.decomposition import PCA
from sklearn.metrics import pairwise_distances
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from essentia_ldl.labels import LMNN
from tests.labels.lmnn_problems import Data, classes_apart

SOLVERS = ["lbfgs", "gd", "metric-learn"]


@pytest.fixture(scope="module")
def data() -> Data:
    return classes_apart(60, 4, 3, apart=3)


@pytest.fixture(scope="module")
def learned(data: Data) -> LMNN:
    return LMNN(random_state=0).fit(*data)


class TestWhatIsLearned:
    @pytest.mark.parametrize("solver", SOLVERS)
    def test_iris_classes_become_compact(self, solver: str) -> None:
        X, y = load_iris(return_X_y=True)
        mapped = LMNN(n_neighbors=5, learn_rate=1e-6, solver=solver).fit(X, y).transform(X)
        ratios = [
            pairwise_distances(mapped[y == label]).mean()
            / pairwise_distances(mapped[y == label], mapped[y != label]).mean()
            for label in np.unique(y)
        ]
        assert np.mean(ratios) < 0.25

    @pytest.mark.parametrize("solver", SOLVERS)
    @pytest.mark.parametrize(("y", "loss"), [([1, 1, 0, 0], 3.0), ([1, 0, 0, 1], 26.0)])
    def test_loss_of_four_points_on_a_line(self, y: list[int], loss: float, solver: str) -> None:
        X = np.arange(4.0)[:, None]
        learner = LMNN(n_neighbors=1, solver=solver, init=np.eye(1))
        if solver == "lbfgs":  # it begins at a multiple of the start, of no higher an objective
            assert learner.fit(X, y).objective_trace_[0] <= loss
        else:
            assert learner.fit(X, y).objective_trace_[0] == loss

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_converges_on_a_simple_example(
        self, solver: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        X, y = make_classification(random_state=0)
        learned = LMNN(solver=solver, verbose=True).fit(X, y)
        assert "LMNN converged with objective" in capsys.readouterr().out
        # The last step may change nothing.
        assert (np.diff(learned.objective_trace_[:-1]) < 0).all()

    def test_deterministic_with_a_random_start(self, data: Data) -> None:
        learner = LMNN(init="random", random_state=42)
        first, second = (clone(learner).fit(*data).get_mahalanobis_matrix() for _ in range(2))
        np.testing.assert_array_equal(first, second)


class TestComponents:
    def test_are_two_dimensional(self, data: Data) -> None:
        X, y = data
        assert LMNN().fit(X, y).components_.shape == (4, 4)
        assert LMNN().fit(X[:, 1:2], y).components_.shape == (1, 1)
        assert LMNN(3).fit(X, y).components_.shape == (3, 4)

    @pytest.mark.parametrize("n_components", [0, 5])
    def test_are_as_many_as_features_at_most(self, n_components: int, data: Data) -> None:
        with pytest.raises(ValueError, match=r"^Invalid n_components, must be in \[1, 4\]$"):
            LMNN(n_components).fit(*data)

    def test_give_the_mahalanobis_matrix(self, learned: LMNN) -> None:
        L = learned.components_
        np.testing.assert_allclose(learned.get_mahalanobis_matrix(), L.T @ L)

    def test_map_linearly(self, learned: LMNN, data: Data) -> None:
        X = data[0]
        mapped = learned.transform(X)
        np.testing.assert_allclose(mapped, X @ learned.components_.T)
        np.testing.assert_allclose(learned.transform(5 * X), 5 * mapped)
        np.testing.assert_allclose(learned.transform(X + X[::-1]), mapped + mapped[::-1])
        assert mapped.shape == X.shape
        assert np.isfinite(mapped).all()

    def test_fit_transform_is_fit_and_transform(self, data: Data) -> None:
        mapped = LMNN(3, random_state=0).fit_transform(*data)
        np.testing.assert_array_equal(mapped, LMNN(3, random_state=0).fit(*data).transform(data[0]))


class TestPairs:
    def test_distances_are_those_of_mapped_points(self, learned: LMNN, data: Data) -> None:
        X = data[0][:20]
        pairs = np.array([[a, b] for a in X for b in X])
        distances = learned.pair_distance(pairs)
        matrix = distances.reshape(20, 20)
        np.testing.assert_array_equal(matrix, matrix.T)
        assert (matrix >= 0).all()
        assert (matrix.diagonal() == 0).all()
        np.testing.assert_allclose(squareform(matrix), pdist(learned.transform(X)))
        assert (matrix <= matrix[:, :, None] + matrix[:, None] + 1e-12).all()
        np.testing.assert_array_equal(learned.pair_score(pairs), -distances)

    def test_one_pair_alone_is_refused(self, learned: LMNN, data: Data) -> None:
        with pytest.raises(
            ValueError, match=r"^3D array of formed tuples expected by LMNN. Found 2D"
        ):
            learned.pair_distance(data[0][:2])

    @pytest.mark.parametrize("method", ["pair_distance", "pair_score"])
    def test_triplets_are_refused(self, method: str, learned: LMNN, data: Data) -> None:
        with pytest.raises(ValueError, match=r"^Tuples of 2 element\(s\) expected by LMNN"):
            getattr(learned, method)(data[0][:30].reshape(10, 3, 4))

    def test_the_old_name_warns(self, learned: LMNN, data: Data) -> None:
        pairs = [[data[0][0], data[0][1]]]
        with pytest.warns(FutureWarning, match="score_pairs will be deprecated"):
            scores = learned.score_pairs(pairs)
        np.testing.assert_array_equal(scores, learned.pair_distance(pairs))


class TestMetric:
    def test_is_mahalanobis(self, learned: LMNN, rng: np.random.Generator) -> None:
        metric, M = learned.get_metric(), learned.get_mahalanobis_matrix()
        for a, b, c in rng.normal(size=(10, 3, 4)):
            assert metric(a, b) == pytest.approx(mahalanobis(a, b, VI=M), rel=1e-12)
            assert metric(a, b, squared=True) == pytest.approx(metric(a, b) ** 2, rel=1e-14)
            assert metric(a, b) == metric(b, a) > 0
            assert metric(a, a) == 0
            assert metric(a, c) < metric(a, b) + metric(b, c)

    def test_outlives_another_fit(self, data: Data) -> None:
        X, y = data
        learner = LMNN().fit(X, y)
        metric = learner.get_metric()
        before = metric(X[0], X[1])
        learner.fit(np.sin(X), y)
        assert metric(X[0], X[1]) == before != learner.get_metric()(X[0], X[1])

    def test_takes_two_vectors(self, learned: LMNN, data: Data) -> None:
        X, metric = data[0], learned.get_metric()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            distance = metric(X[0], X[1])
            assert metric(X[0].tolist(), X[1].tolist()) == distance == metric(X[:1], X[1:2])
        for a, b in [([*X[0], 5.2], X[1]), (X[:4], X[1:5]), ([*X[0], 5.2], [*X[1], 7.2])]:
            with pytest.raises(ValueError, match=r"."):
                metric(a, b)

    def test_serves_scikit_learn(self, learned: LMNN, data: Data) -> None:
        DBSCAN(metric=learned.get_metric()).fit(data[0])


class TestStart:
    @pytest.mark.parametrize("solver", SOLVERS)
    @pytest.mark.parametrize("init", ["auto", "pca", "lda", "identity", "random", "array"])
    def test_may_be_any(self, init: str, solver: str, data: Data) -> None:
        start: Any = np.random.default_rng(0).random((2, 4)) if init == "array" else init
        learned = LMNN(2, init=start, solver=solver, random_state=0).fit(*data)
        assert np.isfinite(learned.components_).all()

    @pytest.mark.parametrize(
        ("init", "reason"),
        [
            (
                np.ones((4, 5)),
                r"^The input dimensionality \(5\) of the given linear transformation",
            ),
            (
                np.ones((5, 4)),
                r"^The output dimensionality \(5\) of the given linear transformation",
            ),
            (
                np.ones((4, 4)),
                r"^The preferred dimensionality .* `n_components` \(3\) does not match",
            ),
            (1, r"^`init` must be 'auto', 'pca', 'identity', 'random', 'lda' or a numpy array"),
        ],
    )
    def test_must_fit(self, init: Any, reason: str, data: Data) -> None:
        with pytest.raises(ValueError, match=reason):
            LMNN(3, init=init).fit(*data)

    @pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")
    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
    @pytest.mark.parametrize(("d", "n_components"), [(3, 3), (7, 3), (7, 5), (7, 7), (11, 9)])
    @pytest.mark.parametrize("n_classes", [5, 7])
    @pytest.mark.parametrize("n", [9, 11])
    def test_is_chosen_by_sizes(self, n: int, d: int, n_classes: int, n_components: int) -> None:
        X, y = classes_apart(n, d, n_classes)
        if n_components <= min(n_classes - 1, d):
            chosen = "lda"
        elif n_components < min(n, d):
            chosen = "pca"
        else:
            chosen = "identity"
        learner = LMNN(n_components, n_neighbors=1, max_iter=1, random_state=0)
        by_itself, by_name = (
            clone(learner).set_params(init=init).fit(X, y).components_ for init in ("auto", chosen)
        )
        np.testing.assert_array_equal(by_itself, by_name)


class TestEstimator:
    def test_shows_what_is_not_the_default(self) -> None:
        assert str(LMNN(tol=0.01, n_neighbors=6)) == "LMNN(n_neighbors=6, tol=0.01)"

    @pytest.mark.parametrize("of_points", [list, tuple, lambda X: tuple(map(tuple, X))])
    @pytest.mark.parametrize("of_labels", [list, tuple, np.asarray])
    def test_takes_what_is_like_an_array(self, of_points: Any, of_labels: Any, data: Data) -> None:
        X, y = data
        points = of_points(X.tolist())
        learner = LMNN().fit(points, of_labels(y))
        np.testing.assert_array_equal(learner.transform(points), learner.transform(X))
        pairs = X[:10].reshape(5, 2, 4)
        np.testing.assert_array_equal(
            learner.pair_distance(of_points(pairs.tolist())), learner.pair_distance(pairs)
        )

    def test_fit_returns_the_estimator_and_keeps_its_parameters(self, data: Data) -> None:
        learner = LMNN(2, init=np.eye(2, 4), random_state=np.random.RandomState(0))
        before = dict(vars(learner))
        assert learner.fit(*data) is learner
        for name, value in before.items():
            assert getattr(learner, name) is value
        assert all(name.endswith("_") for name in vars(learner) if name not in before)

    def test_transform_changes_nothing(self, data: Data) -> None:
        learner = LMNN(2).fit(*data)
        before = dict(vars(learner))
        learner.transform(data[0])
        learner.pair_distance(data[0][:2][None])
        assert vars(learner) == before

    def test_a_pipeline_scores_as_its_parts_do(self, data: Data) -> None:
        X, y = data
        pipeline = make_pipeline(PCA(3), LMNN(2), KNeighborsClassifier(3)).fit(X, y)
        reduced = PCA(3).fit_transform(X)
        mapped = LMNN(2).fit(reduced, y).transform(reduced)
        assert pipeline.score(X, y) == KNeighborsClassifier(3).fit(mapped, y).score(mapped, y)

    def test_one_point_alone_is_refused(self, learned: LMNN, data: Data) -> None:
        with pytest.raises(
            ValueError, match=r"^2D array of formed points expected by LMNN. Found 1D"
        ):
            learned.transform(data[0][0])


class TestPreprocessor:
    @pytest.fixture(params=["array", "list", "function"])
    def preprocessor(self, request: pytest.FixtureRequest, data: Data) -> Any:
        X = data[0]
        return {"array": X, "list": X.tolist(), "function": X.__getitem__}[request.param]

    def test_indicators_stand_for_points(self, preprocessor: Any, data: Data) -> None:
        X, y = data
        chosen = np.random.default_rng(0).permutation(60)[:45]
        by_points = LMNN(3).fit(X[chosen], y[chosen])
        by_indicators = LMNN(3, preprocessor=preprocessor).fit(chosen, y[chosen])
        np.testing.assert_array_equal(by_indicators.components_, by_points.components_)
        np.testing.assert_array_equal(
            by_indicators.transform(chosen), by_points.transform(X[chosen])
        )
        pairs = chosen[:40].reshape(20, 2)
        for method in ("pair_distance", "pair_score"):
            of_points, of_indicators = (
                getattr(learner, method) for learner in (by_points, by_indicators)
            )
            np.testing.assert_array_equal(of_indicators(pairs), of_points(X[pairs]))
            np.testing.assert_array_equal(of_indicators(X[pairs]), of_points(X[pairs]))

    @pytest.mark.parametrize("preprocessor", [4, LMNN()])
    def test_must_be_an_array_or_a_function(self, preprocessor: Any, data: Data) -> None:
        with pytest.raises(ValueError, match=r"^Invalid type for the preprocessor"):
            LMNN(preprocessor=preprocessor).fit(*data)
