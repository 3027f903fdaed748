"""Whether label enhancement helped, in plain words."""

from collections.abc import Callable, Mapping

import pytest

from essentia_ldl.report.variants import Comparison, Variant
from essentia_ldl.report.verdict import judge

MakeVariant = Callable[..., Variant]

BETTER, WORSE = Comparison(0.03, 0.01, 0.01), Comparison(-0.3, 0.0002, 0.0002)
UNCLEAR, EQUAL = Comparison(-0.02, 0.4, 0.4), Comparison(0.0, 0.01, 0.01)


@pytest.mark.parametrize(
    ("others", "headline"),
    [
        ({"s_b": BETTER}, "s_b beats one-hot labels"),
        ({"s_a": WORSE, "s_b": BETTER}, "s_b beats one-hot labels"),
        ({"s_a": WORSE}, "s_a does worse than one-hot labels"),
        ({"s_a": WORSE, "s_b": WORSE}, "s_a and s_b do worse than one-hot labels"),
        ({"s_a": WORSE, "s_b": EQUAL}, "No variant beats one-hot labels"),
        ({"s_a": UNCLEAR}, "s_a does not differ measurably from one-hot labels"),
        ({"s_a": UNCLEAR, "s_b": EQUAL}, "No variant differs measurably from one-hot labels"),
    ],
)
def test_headline(
    make_variant: MakeVariant, others: Mapping[str, Comparison], headline: str
) -> None:
    compared = [make_variant(name, comparison=found) for name, found in others.items()]
    verdict = judge([make_variant("none"), *compared])
    assert verdict.headline == headline
    assert verdict.better == tuple(name for name, found in others.items() if found is BETTER)


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (BETTER, ["s_a helps", "+0.030", "p = 0.010"]),
        (WORSE, ["s_a hurts", "−0.300", "p < 0.001"]),
        (UNCLEAR, ["s_a neither helps nor hurts measurably", "−0.020", "p = 0.400"]),
    ],
)
def test_sentences_name_effect_difference_and_p(
    make_variant: MakeVariant, comparison: Comparison, words: list[str]
) -> None:
    variants = [make_variant("none"), make_variant("s_a", comparison=comparison)]
    (sentence,) = judge(variants).sentences
    assert all(word in sentence for word in words)


def test_a_different_loss_is_pointed_out(make_variant: MakeVariant) -> None:
    other = make_variant("s_a", loss="mean_absolute_error", comparison=WORSE)
    assert "mean absolute error for s_a" in judge([make_variant("none"), other]).sentences[-1]


def test_nothing_is_claimed_without_a_comparison(make_variant: MakeVariant) -> None:
    verdict = judge([make_variant("none")])
    assert "nothing to compare" in verdict.sentences[0]
    assert not verdict.better
