"""What options ask for."""

from typing import Any

import pytest

from essentia_ldl.errors import OptionError
from essentia_ldl.labels import PRESETS
from essentia_ldl.settings import Settings

VARIANTS = ("none", "s_a", "s_b")
COMMON: dict[str, Any] = {"export": "none", "folds": 5, "repeats": 1, "epochs": 1, "seed": 0}


def test_exported_variant_and_baseline_are_always_evaluated() -> None:
    settings = Settings.of(["s_a"], {}, export="s_b", folds=5, repeats=1, epochs=1, seed=0)
    assert settings.variants == (PRESETS["none"], PRESETS["s_a"], PRESETS["s_b"])
    assert settings.export is PRESETS["s_b"]


def test_loss_of_one_variant_or_of_all() -> None:
    common: dict[str, Any] = {"export": "none", "folds": 5, "repeats": 1, "epochs": 1, "seed": 0}
    paper = Settings.of(VARIANTS, {}, **common)
    assert [paper.loss(variant) for variant in paper.variants] == [
        "categorical_crossentropy",
        "mean_absolute_error",
        "mean_absolute_error",
    ]
    crossed = Settings.of(
        VARIANTS, {"": "mean_absolute_error", "s_b": "categorical_crossentropy"}, **common
    )
    assert [crossed.loss(variant) for variant in crossed.variants] == [
        "mean_absolute_error",
        "mean_absolute_error",
        "categorical_crossentropy",
    ]


@pytest.mark.parametrize(
    ("labels", "losses"),
    [(["s_c"], {}), (["none"], {"": "mse"}), (["none"], {"s_a": "mean_absolute_error"})],
)
def test_unknown_options_are_refused(labels: list[str], losses: dict[str, str]) -> None:
    with pytest.raises(OptionError):
        Settings.of(labels, losses, export="none", folds=5, repeats=1, epochs=1, seed=0)


@pytest.mark.parametrize(
    "number", [{"folds": 1}, {"repeats": 0}, {"epochs": 0}, {"seed": -1}, {"seed": 2**32}]
)
def test_numbers_out_of_range_are_refused(number: dict[str, int]) -> None:
    given: dict[str, Any] = {"folds": 5, "repeats": 1, "epochs": 1, "seed": 0, **number}
    with pytest.raises(OptionError, match=next(iter(number))):
        Settings.of(VARIANTS, {}, export="none", **given)


def test_equal_choices_are_one_variant() -> None:
    settings = Settings.of("knn:k=10, blend=0.50, knn:blend=.5, none", {}, **COMMON)
    assert [variant.name for variant in settings.variants] == ["none", "knn:blend=0.5"]
    exported = Settings.of("robust", {}, **{**COMMON, "export": "robust:rounds=12"})
    assert exported.variants == (PRESETS["none"], PRESETS["robust"])


def test_a_loss_finds_its_variant_however_it_is_written() -> None:
    losses = {"knn:blend=.5,k=5": "mean_absolute_error"}
    settings = Settings.of("knn:k=5,blend=0.5", losses, **COMMON)
    assert settings.loss(settings.variants[1]) == "mean_absolute_error"
    assert settings.loss(PRESETS["robust"]) == PRESETS["robust"].loss


def test_spaces_that_variants_compare_tracks_in() -> None:
    settings = Settings.of("knn,s_a,uniform", {}, **COMMON)
    _, knn, s_a, uniform = settings.variants
    assert settings.uses_embedding(knn)
    assert not settings.uses_embedding(s_a, uniform)
    assert settings.uses_mfcc(s_a)
    assert not settings.uses_mfcc(knn, uniform)
