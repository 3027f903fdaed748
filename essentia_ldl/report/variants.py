"""The variants of a report as typed rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BASELINE = "none"
N_COLOURS = 8


@dataclass(frozen=True)
class Variant:
    """Cross-validation of one variant; None stands for a number that does not exist.

    Attributes
    ----------
    name, loss, description : str
        The preset, the loss it was trained with, and what it is (empty where not told).
    pooled, fold_mean, fold_sd : float or None
        Balanced accuracy, in [0, 1].
    per_fold : tuple of float
        Balanced accuracy of each fold, repeat after repeat.
    confusion : tuple of tuples of int
        Counts of shape (C, C): rows are given classes, columns predicted ones.
    difference : float or None
        Fold mean minus the baseline's; None for the baseline or without one.
    p_corrected, p_independent : float or None
        Nadeau and Bengio's corrected paired t-test against the baseline, and the paper's
        independent-samples t-test.
    enhancement : mapping
        Settings of the label enhancement.
    seconds : float or None
        What the variant cost, where it was measured.
    colour : int
        Index of its colour on the page.
    """

    name: str
    loss: str
    description: str
    pooled: float | None
    fold_mean: float | None
    fold_sd: float | None
    per_fold: tuple[float, ...]
    confusion: tuple[tuple[int, ...], ...]
    difference: float | None
    p_corrected: float | None
    p_independent: float | None
    enhancement: Mapping[str, Any]
    seconds: float | None
    colour: int


def read_variants(report: Mapping[str, Any]) -> tuple[Variant, ...]:
    """Return the variants of a plain report, in its order."""
    entries: Mapping[str, Mapping[str, Any]] = report["variants"]
    baseline = entries.get(BASELINE, {}).get("balanced_accuracy", {}).get("fold_mean")
    return tuple(
        _read_variant(name, entry, baseline, index % N_COLOURS)
        for index, (name, entry) in enumerate(entries.items())
    )


def _read_variant(
    name: str, entry: Mapping[str, Any], baseline: float | None, colour: int
) -> Variant:
    scores = entry["balanced_accuracy"]
    fold_mean = scores.get("fold_mean")
    comparable = name != BASELINE and baseline is not None and fold_mean is not None
    enhancement = dict(entry.get("label_enhancement") or {})
    return Variant(
        name=name,
        loss=entry["loss"],
        description=str(enhancement.pop("description", "")),
        pooled=scores.get("pooled"),
        fold_mean=fold_mean,
        fold_sd=scores.get("fold_sd"),
        per_fold=tuple(value for value in scores.get("per_fold", ()) if value is not None),
        confusion=tuple(tuple(row) for row in entry["confusion"]),
        difference=fold_mean - baseline if comparable else None,
        p_corrected=entry.get("p_value_vs_none"),
        p_independent=entry.get("p_value_vs_none_independent"),
        enhancement=enhancement,
        seconds=entry.get("seconds"),
        colour=colour,
    )
