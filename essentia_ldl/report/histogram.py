"""Histogram of the own-class probability d_y of every variant (Figure 1 of the paper).

Bins are centred on the tenths: k-NN smoothing with k = 10 gives tenths exactly, and these must
not fall on edges. Horizontal positions are percentages of the width, vertical ones are pixels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from essentia_ldl.report.distributions import LabelDistributions
from essentia_ldl.report.variants import Variant

N_BINS = 11
HEIGHT = 130.0
_TOP = 18.0
_TIE = 1e-9


@dataclass(frozen=True)
class Bar:
    """Share of the tracks whose d_y rounds to `centre`."""

    centre: float
    share: float
    x: float
    width: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Horizontal middle, in per cent."""
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True)
class Panel:
    """One variant: bars, mean d_y, and how many tracks have a likelier class than their own."""

    variant: Variant
    bars: tuple[Bar, ...]
    mean: float
    n_outvoted: int


def histogram_panels(
    variants: Sequence[Variant], distributions: LabelDistributions
) -> tuple[Panel, ...]:
    """Lay out one panel per variant; all share one vertical scale."""
    shares = {v.name: _shares(distributions.own_class(v.name)) for v in variants}
    tallest = max(max(share) for share in shares.values())
    return tuple(_panel(v, distributions, shares[v.name], tallest) for v in variants)


def expected_by_chance(labels: Sequence[str]) -> float:
    """Mean d_y if a track's neighbours were drawn at random: the sum of squared class shares."""
    return sum((count / len(labels)) ** 2 for count in Counter(labels).values())


def _panel(
    variant: Variant, distributions: LabelDistributions, shares: list[float], tallest: float
) -> Panel:
    own = distributions.own_class(variant.name)
    largest = distributions.by_variant[variant.name].max(axis=1)
    return Panel(
        variant,
        tuple(_bar(index, share, tallest) for index, share in enumerate(shares)),
        float(own.mean()),
        int(np.count_nonzero(own < largest - _TIE)),
    )


def _shares(own: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    nearest = np.clip(np.floor(own * (N_BINS - 1) + 0.5 + _TIE), 0, N_BINS - 1).astype(int)
    return [float(n) / len(own) for n in np.bincount(nearest, minlength=N_BINS)]


def _bar(index: int, share: float, tallest: float) -> Bar:
    slot = 100 / N_BINS
    height = round((HEIGHT - _TOP) * share / tallest, 2)
    return Bar(
        centre=index / (N_BINS - 1),
        share=share,
        x=round(index * slot + slot * 0.06, 3),
        width=round(slot * 0.88, 3),
        y=round(HEIGHT - height, 2),
        height=height,
    )
