"""Confusion matrices: counts, and each row's shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from essentia_ldl.report.variants import Variant

# Where, on the light scheme's shades, white text begins to have more contrast than black (4.6:1).
_STRONG = 0.76


@dataclass(frozen=True)
class Cell:
    """Tracks of one given class that were taken for one class: count and share of the row."""

    count: int
    share: float
    correct: bool

    @property
    def strong(self) -> bool:
        """Whether the cell's colour calls for light text."""
        return self.share >= _STRONG


@dataclass(frozen=True)
class Matrix:
    """Confusion matrix of one variant, a row of cells per given class."""

    variant: Variant
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def confusion_matrix(variant: Variant, classes: Sequence[str]) -> Matrix:
    """Normalise a variant's counts by row; a class without tracks has shares of zero."""
    rows = []
    for given, (name, counts) in enumerate(zip(classes, variant.found.confusion, strict=True)):
        total = sum(counts)
        cells = tuple(
            Cell(count, round(count / total, 4) if total else 0.0, given == predicted)
            for predicted, count in enumerate(counts)
        )
        rows.append((name, cells))
    return Matrix(variant, tuple(rows))
