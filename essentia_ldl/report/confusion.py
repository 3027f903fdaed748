"""Confusion matrices: counts, and each row's shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

# Where, on the light scheme's shades, white text begins to have more contrast than black (4.6:1).
_STRONG = 0.76


class _Found(Protocol):
    @property
    def confusion(self) -> tuple[tuple[int, ...], ...]: ...


class Shown(Protocol):
    """What has a confusion matrix: a variant of the labels, or a model."""

    @property
    def name(self) -> str:
        """Its name on the page."""

    @property
    def colour(self) -> int:
        """Index of its colour on the page."""

    @property
    def found(self) -> _Found:
        """What was found of it."""


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
    """Confusion matrix of one variant or model, a row of cells per given class."""

    variant: Shown
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def confusion_matrix(variant: Shown, classes: Sequence[str]) -> Matrix:
    """Normalise counts by row; a class without tracks has shares of zero."""
    rows = []
    for given, (name, counts) in enumerate(zip(classes, variant.found.confusion, strict=True)):
        total = sum(counts)
        cells = tuple(
            Cell(count, round(count / total, 4) if total else 0.0, given == predicted)
            for predicted, count in enumerate(counts)
        )
        rows.append((name, cells))
    return Matrix(variant, tuple(rows))
