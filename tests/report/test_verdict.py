"""Whether label enhancement helped, in plain words."""

from dataclasses import replace
from typing import Any

import pytest

from essentia_ldl.report.variants import Variant, read_variants
from essentia_ldl.report.verdict import judge


def _variant(
    name: str, difference: float | None = None, p: float | None = None, **other: Any
) -> Variant:
    entry = {
        "loss": "categorical_crossentropy",
        "balanced_accuracy": {"pooled": 0.8, "fold_mean": 0.8, "fold_sd": 0.1, "per_fold": [0.8]},
        "confusion": [[1]],
    }
    (variant,) = read_variants({"variants": {name: entry}})
    return replace(variant, difference=difference, p_corrected=p, **other)


NONE = _variant("none")
BETTER, WORSE = _variant("s_b", 0.03, 0.01), _variant("s_a", -0.3, 0.0002)
UNCLEAR, EQUAL = _variant("s_a", -0.02, 0.4), _variant("s_b", 0.0, 0.01)
UNTESTED = _variant("s_b", -0.02, None)


@pytest.mark.parametrize(
    ("others", "headline"),
    [
        ([BETTER], "s_b beats one-hot labels"),
        ([WORSE, BETTER], "s_b beats one-hot labels"),
        ([WORSE], "s_a does worse than one-hot labels"),
        ([WORSE, replace(WORSE, name="s_b")], "s_a and s_b do worse than one-hot labels"),
        ([WORSE, EQUAL], "No variant beats one-hot labels"),
        ([UNCLEAR], "s_a does not differ measurably from one-hot labels"),
        ([UNCLEAR, UNTESTED], "No variant differs measurably from one-hot labels"),
    ],
)
def test_headline(others: list[Variant], headline: str) -> None:
    verdict = judge([NONE, *others])
    assert verdict.headline == headline
    assert verdict.compared
    assert verdict.better == tuple(v.name for v in others if v is BETTER)


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (BETTER, ["s_b helps", "+0.030", "p = 0.010"]),
        (WORSE, ["s_a hurts", "−0.300", "p < 0.001"]),
        (UNCLEAR, ["s_a neither helps nor hurts measurably", "−0.020", "p = 0.400"]),
        (UNTESTED, ["s_b could not be tested", "−0.020"]),
    ],
)
def test_sentences_name_effect_difference_and_p(variant: Variant, words: list[str]) -> None:
    (sentence,) = judge([NONE, variant]).sentences
    assert all(word in sentence for word in words)


def test_a_different_loss_is_pointed_out() -> None:
    other = replace(WORSE, loss="mean_absolute_error")
    assert "mean absolute error for s_a" in judge([NONE, other]).sentences[-1]


@pytest.mark.parametrize(
    ("variants", "words"),
    [([NONE], "nothing to compare"), ([UNTESTED], "one-hot labels (none) were not trained")],
)
def test_nothing_is_claimed_without_a_comparison(variants: list[Variant], words: str) -> None:
    verdict = judge(variants)
    assert words in " ".join(verdict.sentences).lower()
    assert not verdict.compared
    assert not verdict.better
