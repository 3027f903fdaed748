"""The variants of a report, each compared with none."""

from __future__ import annotations

from dataclasses import dataclass

from essentia_ldl.labels import BASELINE
from essentia_ldl.report.content import Report, VariantContent

N_COLOURS = 8


@dataclass(frozen=True)
class Comparison:
    """One variant against none.

    Attributes
    ----------
    difference : float
        Fold mean minus that of none.
    p_corrected, p_independent : float
        Nadeau and Bengio's corrected paired t-test, and the paper's independent-samples t-test.
    """

    difference: float
    p_corrected: float
    p_independent: float


@dataclass(frozen=True)
class Variant:
    """One variant as the page shows it.

    Attributes
    ----------
    name : str
        The preset.
    found : VariantContent
        What the report holds of it.
    comparison : Comparison or None
        None for the variant none itself.
    colour : int
        Index of its colour on the page.
    """

    name: str
    found: VariantContent
    comparison: Comparison | None
    colour: int


def read_variants(report: Report) -> tuple[Variant, ...]:
    """Return the variants of a report, in its order."""
    baseline = report.variants[BASELINE].balanced_accuracy.fold_mean
    return tuple(
        Variant(name, found, _compare(found, baseline), index % N_COLOURS)
        for index, (name, found) in enumerate(report.variants.items())
    )


def _compare(found: VariantContent, baseline: float) -> Comparison | None:
    corrected, independent = found.p_value_vs_none, found.p_value_vs_none_independent
    if corrected is None or independent is None:
        return None
    return Comparison(found.balanced_accuracy.fold_mean - baseline, corrected, independent)
