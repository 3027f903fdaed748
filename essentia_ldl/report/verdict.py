"""Whether label enhancement helped, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from essentia_ldl.report.formatting import listing, p_clause, signed
from essentia_ldl.report.variants import BASELINE, Variant

SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Verdict:
    """One line to remember, and the sentences that bear it out.

    Attributes
    ----------
    headline : str
    sentences : tuple of str
    compared : bool
        Whether there was a baseline and something to compare with it.
    better : tuple of str
        The variants that are significantly better than the baseline.
    """

    headline: str
    sentences: tuple[str, ...]
    compared: bool = False
    better: tuple[str, ...] = ()


def judge(variants: Sequence[Variant]) -> Verdict:
    """Compare each variant with one-hot labels by the corrected paired t-test.

    A variant helps or hurts only where p is below 0.05; anything else is said to be unclear,
    whatever the sign of the difference.
    """
    others = [variant for variant in variants if variant.name != BASELINE]
    if not others:
        return Verdict(
            "One variant only",
            ("Only one-hot labels (none) were trained, so there is nothing to compare.",),
        )
    if len(others) == len(variants):
        return Verdict(
            "No baseline to compare with",
            (
                "One-hot labels (none) were not trained, so these figures do not say whether "
                "label enhancement helps.",
            ),
        )
    sentences = (*map(_sentence, others), *_loss_caveat(variants))
    better = tuple(v.name for v in others if effect(v) == "helps")
    return Verdict(_headline(others), sentences, compared=True, better=better)


def effect(variant: Variant) -> str:
    """Tell what a variant does to accuracy: "helps", "hurts", "unclear" or "untested"."""
    if variant.p_corrected is None or variant.difference is None:
        return "untested"
    if variant.p_corrected >= SIGNIFICANCE or variant.difference == 0:
        return "unclear"
    return "helps" if variant.difference > 0 else "hurts"


def _headline(others: Sequence[Variant]) -> str:
    better = [v.name for v in others if effect(v) == "helps"]
    worse = [v.name for v in others if effect(v) == "hurts"]
    if better:
        return f"{listing(better)} {'beats' if len(better) == 1 else 'beat'} one-hot labels"
    if len(worse) == len(others):
        return f"{listing(worse)} {'does' if len(worse) == 1 else 'do'} worse than one-hot labels"
    if worse:
        return "No variant beats one-hot labels"
    if len(others) == 1:
        return f"{others[0].name} does not differ measurably from one-hot labels"
    return "No variant differs measurably from one-hot labels"


def _sentence(variant: Variant) -> str:
    name, found, difference = variant.name, effect(variant), signed(variant.difference)
    if found == "untested":
        return f"{name} could not be tested: {difference} against none, and no p value exists."
    p = p_clause(variant.p_corrected or 0.0)
    if found == "unclear":
        return (
            f"{name} neither helps nor hurts measurably: {difference} against none is within "
            f"what the luck of the folds explains ({p})."
        )
    return f"{name} {found}: {difference} against none, beyond the luck of the folds ({p})."


def _loss_caveat(variants: Sequence[Variant]) -> tuple[str, ...]:
    losses: dict[str, list[str]] = {}
    for variant in variants:
        losses.setdefault(variant.loss, []).append(variant.name)
    if len(losses) == 1:
        return ()
    parts = [f"{loss.replace('_', ' ')} for {listing(names)}" for loss, names in losses.items()]
    return (
        f"Labels and loss change together here ({', '.join(parts)}), so a difference is not "
        "the labels' alone.",
    )
