"""Whether label enhancement helped, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from essentia_ldl.report.formatting import listing, p_clause, signed
from essentia_ldl.report.variants import Comparison, Variant

SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Verdict:
    """One line to remember, and the sentences that bear it out.

    Attributes
    ----------
    headline : str
    sentences : tuple of str
    better : tuple of str
        The variants that are significantly better than none.
    """

    headline: str
    sentences: tuple[str, ...]
    better: tuple[str, ...] = ()


def judge(variants: Sequence[Variant]) -> Verdict:
    """Compare each variant with one-hot labels by the corrected paired t-test.

    A variant helps or hurts only where p is below 0.05; anything else is said to be unclear,
    whatever the sign of the difference.
    """
    compared = {v.name: v.comparison for v in variants if v.comparison}
    if not compared:
        return Verdict(
            "One variant only",
            ("Only one-hot labels (none) were trained, so there is nothing to compare.",),
        )
    effects = {name: effect(comparison) for name, comparison in compared.items()}
    sentences = (_sentence(name, comparison) for name, comparison in compared.items())
    return Verdict(
        _headline(effects),
        (*sentences, *_loss_caveat(variants)),
        better=tuple(name for name, found in effects.items() if found == "helps"),
    )


def effect(comparison: Comparison) -> str:
    """Tell what a variant does to accuracy: "helps", "hurts" or "unclear"."""
    if comparison.p_corrected >= SIGNIFICANCE or comparison.difference == 0:
        return "unclear"
    return "helps" if comparison.difference > 0 else "hurts"


def _headline(effects: dict[str, str]) -> str:
    better = [name for name, found in effects.items() if found == "helps"]
    worse = [name for name, found in effects.items() if found == "hurts"]
    if better:
        return f"{listing(better)} {'beats' if len(better) == 1 else 'beat'} one-hot labels"
    if len(worse) == len(effects):
        return f"{listing(worse)} {'does' if len(worse) == 1 else 'do'} worse than one-hot labels"
    if worse:
        return "No variant beats one-hot labels"
    if len(effects) == 1:
        return f"{listing([*effects])} does not differ measurably from one-hot labels"
    return "No variant differs measurably from one-hot labels"


def _sentence(name: str, comparison: Comparison) -> str:
    found, difference = effect(comparison), signed(comparison.difference)
    p = p_clause(comparison.p_corrected)
    if found == "unclear":
        return (
            f"{name} neither helps nor hurts measurably: {difference} against none is within "
            f"what the luck of the folds explains ({p})."
        )
    return f"{name} {found}: {difference} against none, beyond the luck of the folds ({p})."


def _loss_caveat(variants: Sequence[Variant]) -> tuple[str, ...]:
    losses: dict[str, list[str]] = {}
    for variant in variants:
        losses.setdefault(variant.found.loss, []).append(variant.name)
    if len(losses) == 1:
        return ()
    parts = [f"{loss.replace('_', ' ')} for {listing(names)}" for loss, names in losses.items()]
    return (
        f"Labels and loss change together here ({', '.join(parts)}), so a difference is not "
        "the labels' alone.",
    )
