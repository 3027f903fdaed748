"""The objective and its gradient, against metric-learn's and against finite differences."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from threadpoolctl import threadpool_limits

from essentia_ldl.labels import _lmnn_screening
from essentia_ldl.labels._lmnn_objective import Evaluation, Objective
from essentia_ldl.labels._lmnn_preparation import prepare
from essentia_ldl.labels._lmnn_problem import Problem
from tests.labels.lmnn_problems import Array, a_problem, classes_apart, metric_learn_s, objective


@pytest.fixture(autouse=True)
def one_blas_thread() -> Iterator[None]:
    """As `LMNN.fit` has it."""
    with threadpool_limits(1, "blas"):
        yield


# Where most triplets are active, some, and hardly any.
SCALES = [0.03, 1.0, 30.0]


def evaluate(problem: Problem, L: Array) -> Evaluation:
    """Evaluate the objective in the features' own coordinates."""
    prepared = prepare(problem)
    basis = np.eye(problem.X.shape[1]) if prepared.basis is None else prepared.basis
    with Objective(prepared, prepared.X, problem) as of_map:
        found = of_map.evaluate(L @ basis)
    return found._replace(gradient=found.gradient @ basis.T)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("push_weight", [0.2, 0.5, 1.0])
@pytest.mark.parametrize(
    ("n", "d", "n_classes", "n_components"),
    [(60, 8, 3, 4), (300, 20, 2, 20), (90, 5, 9, 1), (48, 195, 10, 64), (700, 12, 7, 6)],
)
def test_equals_metric_learn_s(
    n: int, d: int, n_classes: int, n_components: int, push_weight: float, scale: float
) -> None:
    data = classes_apart(n, d, n_classes, seed=n)
    problem = a_problem(data, n_components, push_weight=push_weight)
    L = scale * problem.start
    value, gradient, n_active = metric_learn_s(problem, L)
    found = evaluate(problem, L)
    assert found.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(found.gradient, gradient, rtol=0, atol=1e-10 * abs(gradient).max())
    assert found.n_active == n_active


@pytest.mark.parametrize("far", [0.0, 1e3])
def test_features_as_large_as_c0_s_lose_no_digits(far: float) -> None:
    X, y = classes_apart(300, 15, 3)
    X = 80 * X - far
    problem = a_problem((X, y), 8)
    value, gradient, _ = metric_learn_s(problem, problem.start)
    found = evaluate(problem, problem.start)
    assert found.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(found.gradient, gradient, rtol=0, atol=1e-10 * abs(gradient).max())


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("scale", SCALES)
def test_equals_the_definition(k: int, scale: float) -> None:
    data = classes_apart(40, 6, 3)
    problem = a_problem(data, 4, n_neighbors=k, push_weight=0.3)
    L = scale * problem.start
    assert evaluate(problem, L).value == pytest.approx(objective(L, data, k, 0.3), rel=1e-12)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("n", "d", "n_components"), [(50, 6, 4), (30, 40, 5)])
def test_gradient_is_that_of_finite_differences(
    n: int, d: int, n_components: int, scale: float
) -> None:
    problem = a_problem(classes_apart(n, d, 3), n_components)
    L = scale * problem.start
    off_by = check_grad(
        lambda flat: evaluate(problem, flat.reshape(L.shape)).value,
        lambda flat: evaluate(problem, flat.reshape(L.shape)).gradient.ravel(),
        L.ravel(),
    )
    assert off_by < 1e-5 * np.linalg.norm(evaluate(problem, L).gradient)


@pytest.mark.parametrize("kind", ["random", "whole numbers", "duplicates"])
def test_does_not_depend_on_the_evaluations_before(kind: str) -> None:
    X, y = classes_apart(600, 10, 4)
    if kind == "whole numbers":
        X = X.round()
    elif kind == "duplicates":
        X, y = np.repeat(X[:150], 4, axis=0), np.repeat(y[:150], 4)
    problem = a_problem((X, y), 6)
    prepared = prepare(problem)
    rng = np.random.default_rng(0)
    with Objective(prepared, prepared.X, problem) as of_map:
        L = 5 * problem.start
        for step in range(40):
            # Small steps, from lists of earlier evaluations, and now and then a large one.
            L = L + rng.normal(size=L.shape) * (0.3 if step % 13 == 0 else 1e-4)
            afresh = evaluate(problem, L)
            found = of_map.evaluate(L)
            assert found.value == afresh.value
            assert found.n_active == afresh.n_active
            assert found.gradient.tobytes() == afresh.gradient.tobytes()


@pytest.mark.parametrize("block", [1, 1000, 2**22])
def test_blocks_do_not_change_the_result(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = a_problem(classes_apart(200, 6, 5), 4)
    expected = evaluate(problem, problem.start)
    monkeypatch.setattr(_lmnn_screening, "_BLOCK", block)
    found = evaluate(problem, problem.start)
    assert found.value == pytest.approx(expected.value, rel=1e-14)
    np.testing.assert_allclose(found.gradient, expected.gradient, rtol=1e-11)


def test_threads_do_not_change_a_bit() -> None:
    X, y = classes_apart(3100, 5, 3)
    one, three = (
        evaluate(problem, problem.start)
        for problem in (a_problem((X, y), 3, n_threads=n) for n in (1, 3))
    )
    assert one.value == three.value
    assert one.gradient.tobytes() == three.gradient.tobytes()


def test_single_precision_is_near() -> None:
    problem = a_problem(classes_apart(300, 10, 3), 6)
    single = a_problem((problem.X, problem.y), 6, dtype="float32")
    expected, found = (evaluate(each, problem.start) for each in (problem, single))
    assert found.value == pytest.approx(expected.value, rel=1e-6)
    np.testing.assert_allclose(
        found.gradient, expected.gradient, rtol=0, atol=1e-5 * abs(expected.gradient).max()
    )
    assert found.gradient.dtype == np.float64


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
@pytest.mark.parametrize(("dtype", "size"), [("float64", 1e160), ("float32", 1e25)])
def test_numbers_that_overflow_are_refused_at_the_start(dtype: str, size: float) -> None:
    X, y = classes_apart(30, 4, 2)
    problem = a_problem((size * X, y), 3, dtype=dtype)
    prepared = prepare(problem)
    with (
        Objective(prepared, prepared.X, problem) as of_map,
        pytest.raises(ValueError, match=f"large for {dtype}"),
    ):
        of_map.evaluate_start(prepared.start)


@settings(max_examples=30)
@given(
    n_per_class=st.integers(2, 12),
    n_classes=st.integers(2, 6),
    d=st.integers(1, 6),
    seed=st.integers(0, 10**6),
    kind=st.sampled_from(["random", "whole numbers", "duplicates"]),
)
def test_equals_the_definition_for_any_points(
    n_per_class: int, n_classes: int, d: int, seed: int, kind: str
) -> None:
    X, y = classes_apart(n_per_class * n_classes, d, n_classes, seed=seed)
    if kind == "whole numbers":
        X = X.round()
    elif kind == "duplicates":
        X = np.repeat(X[:n_classes], n_per_class, axis=0)
    problem = a_problem((X, y), min(d, 3), n_neighbors=1)
    value, gradient, _ = metric_learn_s(problem, problem.start)
    found = evaluate(problem, problem.start)
    assert found.value == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(
        found.gradient, gradient, rtol=0, atol=1e-10 * max(abs(gradient).max(), 1)
    )
