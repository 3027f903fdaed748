"""Geometry of the accuracy figure: every fold a dot, mean and standard deviation, chance.

Horizontal positions are percentages of the figure's width and vertical ones are pixels, so that
the figure stretches with the page and its text does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from essentia_ldl.report.variants import Variant

_TOP = 20.0
_LABEL_HEIGHT = 22.0
_DOT_STEP = 9.0
_LEAST_LANE = 30.0
_TALLEST_STACK = 72.0
_ROW_GAP = 20.0
_AXIS_HEIGHT = 24.0
# Two dots of 4 px overlap within this share of the width of a phone.
_OVERLAP = 0.022


@dataclass(frozen=True)
class Dot:
    """One fold: `x` in per cent, `y` in pixels."""

    x: float
    y: float
    value: float


@dataclass(frozen=True)
class Row:
    """One variant: its lane from `top`, `height` pixels high, under its label."""

    variant: Variant
    top: float
    height: float
    dots: tuple[Dot, ...]
    mean: float
    spread: tuple[float, float]

    @property
    def label(self) -> float:
        """Base line of the label, in pixels."""
        return self.top - 7


@dataclass(frozen=True)
class AccuracyFigure:
    """The whole figure: rows, ticks as (per cent, text), chance in per cent, height in pixels."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    chance: float
    height: float

    @property
    def axis(self) -> float:
        """Vertical position of the axis, in pixels."""
        return self.height - _AXIS_HEIGHT


def accuracy_figure(variants: Sequence[Variant], chance: float) -> AccuracyFigure:
    """Lay out one row per variant over a range that holds every fold, spread and chance."""
    scale = _scale([chance, *(value for variant in variants for value in _extent(variant))])
    rows: list[Row] = []
    top = _TOP
    for variant in variants:
        row = _row(variant, top + _LABEL_HEIGHT, scale)
        rows.append(row)
        top = row.top + row.height + _ROW_GAP
    ticks = tuple((scale.position(tick), f"{tick:.1f}") for tick in scale.ticks)
    return AccuracyFigure(tuple(rows), ticks, scale.position(chance), top + _AXIS_HEIGHT - 8)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    ticks: tuple[float, ...]

    def position(self, value: float) -> float:
        """Return where `value` lies, in per cent of the width."""
        inside = min(max(value, self.low), self.high)
        return round(100 * (inside - self.low) / (self.high - self.low), 3)


def _extent(variant: Variant) -> list[float]:
    scores = variant.found.balanced_accuracy
    mean, deviation = scores.fold_mean, scores.fold_sd
    return [*scores.per_fold, mean - deviation, mean + deviation]


def _scale(values: Sequence[float]) -> _Scale:
    low, high = max(min(values), 0.0), min(max(values), 1.0)
    tenths = 1 if high - low < 0.6 else 2
    # A little room keeps dots off the edges, except at 0 and 1, which nothing can pass.
    first = max(math.floor((low * 10 - 0.2) / tenths) * tenths, 0)
    last = min(math.ceil((high * 10 + 0.2) / tenths) * tenths, 10)
    ticks = range(first, last + 1, tenths)
    return _Scale(first / 10, last / 10, tuple(tick / 10 for tick in ticks))


def _row(variant: Variant, top: float, scale: _Scale) -> Row:
    scores = variant.found.balanced_accuracy
    stacks = _stacks(scores.per_fold, _OVERLAP * (scale.high - scale.low))
    tallest = max(len(stack) for stack in stacks)
    step = min(_DOT_STEP, _TALLEST_STACK / tallest)
    height = round(max(_LEAST_LANE, tallest * step + _DOT_STEP), 2)
    dots = tuple(
        Dot(
            scale.position(value),
            round(top + height / 2 + (level - (len(stack) - 1) / 2) * step, 2),
            value,
        )
        for stack in stacks
        for level, value in enumerate(stack)
    )
    mean, deviation = scores.fold_mean, scores.fold_sd
    spread = scale.position(mean - deviation), scale.position(mean + deviation)
    return Row(variant, top, height, dots, scale.position(mean), spread)


def _stacks(values: Sequence[float], overlap: float) -> list[list[float]]:
    stacks: list[list[float]] = []
    for value in sorted(values):
        if stacks and value - stacks[-1][0] <= overlap:
            stacks[-1].append(value)
        else:
            stacks.append([value])
    return stacks
