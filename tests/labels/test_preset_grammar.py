"""Presets as options write them: parameters, canonical names, lists."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from essentia_ldl.errors import OptionError
from essentia_ldl.labels import (
    DEFAULT_EXPORT,
    DEFAULT_LABELS,
    PRESETS,
    Blend,
    ClassPrototype,
    CrossFitted,
    KNNSmoothing,
    LabelPropagation,
    OneHot,
    OutOfFoldTeacher,
    Temperature,
    UniformSmoothing,
    describe,
    preset,
    split_presets,
)
from essentia_ldl.labels.parameters import OneOf, Parameter, Real, Whole, YesOrNo


def build(name: str) -> Any:
    return preset(name).build(n_neighbors={"s_a": 7, "s_b": 4}, n_components=3, random_state=11)


def _values(parameter: Parameter) -> st.SearchStrategy[str]:
    kind = parameter.kind
    if isinstance(kind, OneOf):
        return st.sampled_from(kind.choices)
    if isinstance(kind, YesOrNo):
        return st.just("no")  # yes excludes some values of others
    if isinstance(kind, Whole):
        return st.integers(kind.least, 999).map(str)
    assert isinstance(kind, Real)
    most = min(kind.most, 1e6)
    return st.floats(
        kind.least, most, exclude_min=kind.open_below, exclude_max=kind.open_above
    ).map(repr)


@st.composite
def _chosen(draw: st.DrawFn) -> str:
    entry = PRESETS[draw(st.sampled_from(sorted(PRESETS)))]
    given = draw(
        st.lists(st.sampled_from(entry.parameters), unique=True)
        if entry.parameters
        else st.just([])
    )
    parts = [f"{parameter.name}={draw(_values(parameter))}" for parameter in given]
    return f"{entry.name}:{','.join(parts)}" if parts else entry.name


@settings(max_examples=200)
@given(text=_chosen())
def test_a_canonical_name_is_its_own_and_means_the_same(text: str) -> None:
    chosen = preset(text)
    again = preset(chosen.name)
    assert (again, again.chosen, again.values) == (chosen, chosen.chosen, chosen.values)
    assert describe(build(chosen.name)) == describe(build(text))


@settings(max_examples=50)
@given(texts=st.lists(_chosen(), min_size=1, max_size=5))
def test_a_list_is_split_where_it_was_joined(texts: list[str]) -> None:
    assert split_presets(",".join(texts)) == tuple(texts)
    assert split_presets(",".join(texts).replace(",", " , ") + ",") == tuple(texts)


@settings(max_examples=200)
@given(text=st.text(max_size=30) | st.text("knsab:=,.0123456789ekblnd", max_size=30))
def test_any_text_is_a_preset_or_refused(text: str) -> None:
    with suppress(OptionError):
        names = [preset(part).name for part in split_presets(text)]
        assert [preset(name).name for name in names] == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("knn:blend=.50, k=05 ,weights=uniform", "knn:k=5,blend=0.5"),
        ("knn:k=10", "knn"),
        ("s_a:k=10", "s_a:k=10"),  # the task's k may be another
        ("robust:blend=0.2,rounds=12", "robust"),
        ("robust:blend=0", "robust:blend=0"),
        ("knn:include_self=true", "knn:include_self=yes"),
        ("prototype:temperature=1e0", "prototype:temperature=1"),
    ],
)
def test_equal_choices_have_one_name(text: str, name: str) -> None:
    assert preset(text).name == name


def test_parameters_reach_the_enhancers() -> None:
    smoothing = build("knn:k=5,weights=distance,cross_fit=4,temperature=2,blend=0.25")
    assert isinstance(smoothing, Blend)
    assert smoothing.share == 0.25
    assert isinstance(smoothing.enhancer, Temperature)
    assert smoothing.enhancer.temperature == 2
    cross_fitted = smoothing.enhancer.enhancer
    assert isinstance(cross_fitted, CrossFitted)
    assert (cross_fitted.n_splits, cross_fitted.random_state) == (4, 11)
    assert isinstance(cross_fitted.enhancer, KNNSmoothing)
    assert (cross_fitted.enhancer.n_neighbors, cross_fitted.enhancer.weights) == (5, "distance")
    assert build("knn:include_self=yes").include_self
    assert (build("s_a").n_neighbors, build("s_a:k=3").n_neighbors) == (7, 3)


def test_the_family() -> None:
    assert isinstance(build("uniform:share=0.2"), UniformSmoothing)
    teacher = build("teacher:parts=4,repeats=2")
    assert isinstance(teacher, OutOfFoldTeacher)
    assert (teacher.n_splits, teacher.n_repeats, teacher.random_state) == (4, 2, 11)
    prototype = build("prototype:temperature=0.5")
    assert isinstance(prototype, ClassPrototype)
    assert prototype.temperature == 0.5
    propagation = build("propagation:alpha=0.8,k=3")
    assert isinstance(propagation, LabelPropagation)
    assert (propagation.alpha, propagation.n_neighbors) == (0.8, 3)
    for enhancer in (prototype, propagation, build("knn")):
        assert isinstance(enhancer.transformer, StandardScaler)
    assert isinstance(build("votes:alpha=1"), OneHot)
    assert (preset("votes:alpha=1").vote_alpha, preset("propagation").vote_alpha) == (1, 0)


def test_the_space_can_be_chosen() -> None:
    spaces = {name: preset(name).space for name in PRESETS}
    assert spaces == {
        "none": None,
        "robust": "embedding",
        "s_a": "mfcc_s",
        "s_b": "mfcc_p",
        "uniform": None,
        "knn": "embedding",
        "teacher": "embedding",
        "prototype": "embedding",
        "propagation": "embedding",
        "votes": None,
    }
    assert preset("knn:space=mfcc_p").space == "mfcc_p"


def test_defaults_are_presets() -> None:
    assert DEFAULT_LABELS == ("none", "robust", "s_a", "s_b")
    assert DEFAULT_EXPORT in DEFAULT_LABELS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("knn:k=0", "k must be 1 or more, not '0'"),
        ("knn:k=5.0", "k must be 1 or more"),
        ("knn:k=1_0", "k must be 1 or more"),
        ("knn:k=٥", "k must be 1 or more"),
        ("knn:blend=1", "blend must be from 0 to below 1"),
        ("knn:blend=nan", "blend must be"),
        ("knn:blend=-0.5", "blend must be"),
        ("knn:space=tempo", "space must be embedding|mfcc_s|mfcc_p"),
        ("s_b:cross_fit=1", "cross_fit must be 0, or 2 or more"),
        ("s_b:temperature=0", "temperature must be above 0"),
        ("propagation:alpha=1", "alpha must be above 0 to below 1"),
        ("knn:neighbours=5", "knn has no parameter 'neighbours' (choose space="),
        ("knn:", "names no parameter (choose space="),
        ("uniform:k=5", "uniform has no parameter 'k' (choose share=from 0 to 1)"),
        ("knn:include_self=yes,weights=distance", "means nothing with weights=distance"),
        ("knn:include_self=yes,cross_fit=5", "means nothing with cross_fit"),
        ("knn:k=5,k=6", "gives k twice"),
        ("knm:k=5", "did you mean knn"),
    ],
)
def test_mistakes_name_what_there_is(text: str, told: str) -> None:
    with pytest.raises(OptionError) as caught:
        preset(text)
    assert told in str(caught.value)
    assert caught.value.subject == text


def test_a_parameter_goes_with_the_preset_before_it() -> None:
    text = "none,robust,knn:space=embedding,k=5,blend=0.5,s_b:solver=lbfgs"
    assert split_presets(text) == (
        "none",
        "robust",
        "knn:space=embedding,k=5,blend=0.5",
        "s_b:solver=lbfgs",
    )
    assert split_presets("knn,k=5") == ("knn:k=5",)
    with pytest.raises(OptionError, match="no preset stands before it"):
        split_presets("k=5,knn")
