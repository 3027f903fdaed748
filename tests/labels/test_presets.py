"""The presets: the paper's and the family."""

import dataclasses

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from essentia_ldl.errors import OptionError
from essentia_ldl.labels import BASELINE, LMNN, PRESETS, KNNSmoothing, LabelEnhancer, OneHot, preset
from essentia_ldl.labels.builders import LMNN_SOLVERS

N_NEIGHBORS = {"s_a": 7, "s_b": 4}


def build(name: str) -> LabelEnhancer:
    return preset(name).build(n_neighbors=N_NEIGHBORS, n_components=3, random_state=11)


def test_the_paper_s_are_faithful() -> None:
    paper = ("none", "s_a", "s_b")
    assert {name: (PRESETS[name].space, PRESETS[name].loss) for name in paper} == {
        "none": (None, "categorical_crossentropy"),
        "s_a": ("mfcc_s", "mean_absolute_error"),
        "s_b": ("mfcc_p", "mean_absolute_error"),
    }
    assert all(preset.name == name and preset.description for name, preset in PRESETS.items())


def test_table_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PRESETS["none"].loss = "hinge"  # type: ignore[misc]
    with pytest.raises(TypeError):
        PRESETS["mine"] = PRESETS["none"]  # type: ignore[index]


def test_baseline_is_one_hot() -> None:
    assert isinstance(build(BASELINE), OneHot)


def test_s_a_smooths_unscaled() -> None:
    enhancer = build("s_a")
    assert isinstance(enhancer, KNNSmoothing)
    assert (enhancer.n_neighbors, enhancer.transformer) == (7, None)
    assert enhancer.include_self is False


def test_s_b_standardises_and_maps_by_lmnn() -> None:
    enhancer = build("s_b")
    assert isinstance(enhancer, KNNSmoothing)
    assert enhancer.n_neighbors == 4
    scaler, learner = (step for _, step in enhancer.transformer.steps)
    assert isinstance(scaler, StandardScaler)
    assert isinstance(learner, LMNN)
    # The paper: Euclidean, 3 target neighbours, lambda 0.5, at most 10,000 iterations.
    assert (learner.n_components, learner.random_state) == (3, 11)
    assert (learner.n_neighbors, learner.push_weight, learner.max_iter) == (3, 0.5, 10000)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_gives_distributions(name: str, rng: np.random.Generator) -> None:
    y = np.repeat([0, 1], 10)
    X = rng.normal(size=(20, 5)) + 2 * y[:, None]
    distributions = build(name).fit_transform(X, y)
    assert distributions.shape == (20, 2)
    np.testing.assert_allclose(distributions.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("sb", "s_b"),
        ("S_A", "s_a"),
        ("nine", "none"),
        ("rbust", "robust"),
        ("xyz", "none, robust, s_a, s_b"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(name: str, remedy: str) -> None:
    with pytest.raises(OptionError, match=remedy) as caught:
        build(name)
    assert caught.value.subject == name


@pytest.mark.parametrize("solver", LMNN_SOLVERS)
def test_the_solver_of_s_b_can_be_chosen(solver: str) -> None:
    chosen = preset(f"s_b: solver = {solver}")
    assert chosen.name == ("s_b" if solver == "gd" else f"s_b:solver={solver}")
    assert chosen == preset(chosen.name)
    enhancer = build(chosen.name)
    assert isinstance(enhancer, KNNSmoothing)
    assert enhancer.transformer[-1].solver == solver


def test_s_b_takes_metric_learn_s_path_by_default() -> None:
    enhancer = build("s_b")
    assert isinstance(enhancer, KNNSmoothing)
    assert enhancer.transformer[-1].solver == "gd"


def test_the_solvers_are_those_that_lmnn_has() -> None:
    from essentia_ldl.labels.lmnn import SOLVERS

    assert set(LMNN_SOLVERS) == set(SOLVERS)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("s_b:solver=newton", "solver (gd|lbfgs|metric-learn; default gd)"),
        ("s_b:", "solver=gd"),
        ("s_b:lbfgs", "solver=gd"),
        ("s_a:solver=gd", "choose k=1 or more; weights=uniform|distance"),
        ("none:k=1", "use none alone"),
    ],
)
def test_an_unknown_parameter_is_answered_with_the_known_ones(text: str, remedy: str) -> None:
    with pytest.raises(OptionError) as caught:
        preset(text)
    assert caught.value.subject == text
    assert remedy in (caught.value.remedy or "")
