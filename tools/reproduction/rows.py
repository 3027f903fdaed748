"""Cells of all seeds, put together to the rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from essentia_ldl.evaluation import corrected_paired_ttest, independent_ttest
from tools.reproduction.grid import LABELS

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Entry:
    """One kind of labels in a row.

    Attributes
    ----------
    loss : str
    accuracies : tuple of float
        Pooled balanced accuracy of every seed's cross-validation.
    per_fold : tuple of float
        Balanced accuracy of every fold, seed after seed.
    external : tuple of float
        Balanced accuracy on the external collection, by seed; empty without one.
    p_paired, p_independent : float or None
        Of no difference from None, by the corrected paired t-test over folds, and by the paper's
        independent one; None for None itself.
    """

    loss: str
    accuracies: tuple[float, ...]
    per_fold: tuple[float, ...]
    external: tuple[float, ...]
    log_loss: float
    p_paired: float | None
    p_independent: float | None

    @property
    def mean(self) -> float:
        """Mean over seeds."""
        return float(np.mean(self.accuracies))

    @property
    def sd(self) -> float:
        """Standard deviation over folds, as the paper's 5F has it."""
        return float(np.std(self.per_fold, ddof=1))

    @property
    def marks(self) -> str:
        """``†`` where it differs from None by the paired test, ``*`` where by the paper's."""
        found = ((self.p_paired, "†"), (self.p_independent, "*"))
        return "".join(mark for p, mark in found if p is not None and p < SIGNIFICANT)


@dataclass(frozen=True)
class Row:
    """One collection, architecture, mode and loss: an entry for each kind of labels."""

    task: str
    source: str
    architecture: str
    mode: str
    loss: str
    n_tracks: int
    n_seeds: int
    seconds: float
    remark: str
    entries: dict[str, Entry]


def rows_of(results: Iterable[dict[str, Any]]) -> list[Row]:
    """Put cells together that differ in their seed alone, in the order of the first of each."""
    together: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for result in results:
        cell = result["cell"]
        key = tuple(cell[name] for name in ("source", "architecture", "mode", "loss"))
        together.setdefault(key, []).append(result)
    return [_row(cells) for cells in together.values()]


def _row(cells: Sequence[dict[str, Any]]) -> Row:
    first = cells[0]
    return Row(
        task=first["task"],
        **{name: first["cell"][name] for name in ("source", "architecture", "mode", "loss")},
        n_tracks=first["n_tracks"],
        n_seeds=len(cells),
        seconds=float(np.mean([cell["seconds"] for cell in cells])),
        remark=first["remark"],
        entries={labels: _entry(cells, labels) for labels in LABELS},
    )


def _entry(cells: Sequence[dict[str, Any]], labels: str) -> Entry:
    variants = [cell["variants"][labels] for cell in cells]
    folds = _per_fold(cells, labels)
    tested = labels != LABELS[0]
    baseline = _per_fold(cells, LABELS[0])
    train, test = cells[0]["n_train"], cells[0]["n_test"]
    return Entry(
        loss=variants[0]["loss"],
        accuracies=tuple(variant["balanced_accuracy"]["pooled"] for variant in variants),
        per_fold=folds,
        external=tuple(v["external_accuracy"] for v in variants if "external_accuracy" in v),
        log_loss=float(np.mean([variant["log_loss"] for variant in variants])),
        p_paired=corrected_paired_ttest(folds, baseline, train, test) if tested else None,
        p_independent=independent_ttest(folds, baseline) if tested else None,
    )


def _per_fold(cells: Sequence[dict[str, Any]], labels: str) -> tuple[float, ...]:
    return tuple(
        accuracy
        for cell in cells
        for accuracy in cell["variants"][labels]["balanced_accuracy"]["per_fold"]
    )
