"""How the cost of each stage grows with the collection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tools.benchmarks import formatting
from tools.benchmarks.results import Entry, Point


@dataclass(frozen=True)
class Growth:
    """Cost of a stage against the size of the collection.

    Attributes
    ----------
    stage : str
    points : sequence of Point
        By size.
    """

    stage: str
    points: Sequence[Point]

    @property
    def slope(self) -> float | None:
        """Exponent b of cost = a * n**b, by least squares of the logarithms; needs two points.

        Examples
        --------
        >>> from tools.benchmarks.clock import Run
        >>> points = [Point("scaling", "s", n, [Run(n**2, n**2)]) for n in (10, 100, 1000)]
        >>> round(Growth("s", points).slope, 6)
        2.0
        """
        return _slope(self.points)

    @property
    def last_slope(self) -> float | None:
        """The same between the two largest sizes, where what is constant counts least."""
        return _slope(self.points[-2:])


def _slope(points: Sequence[Point]) -> float | None:
    if len(points) < 2:
        return None
    sizes = np.log([point.n_tracks for point in points])
    return float(np.polyfit(sizes, np.log([point.cpu for point in points]), 1)[0])


def growths(entries: Iterable[Entry]) -> list[Growth]:
    """Gather the points of each stage, in the order of the stages."""
    by_stage: dict[str, list[Point]] = {}
    for entry in entries:
        if isinstance(entry, Point):
            by_stage.setdefault(entry.stage, []).append(entry)
    return [
        Growth(stage, sorted(points, key=lambda point: point.n_tracks))
        for stage, points in by_stage.items()
    ]


def growth_headings(found: Sequence[Growth]) -> list[str]:
    """Headings of a table with a row per stage: the sizes, and the slopes."""
    return ["stage, CPU s", *map(str, _sizes(found)), "slope", "at the end"]


def growth_rows(found: Sequence[Growth]) -> Iterator[list[str]]:
    """Yield a row per stage; a size that was left out is empty."""
    for growth in found:
        by_size = {point.n_tracks: point.cpu for point in growth.points}
        seconds = [formatting.seconds(by_size.get(size)) for size in _sizes(found)]
        slopes = [formatting.slope(each) for each in (growth.slope, growth.last_slope)]
        yield [growth.stage, *seconds, *slopes]


def _sizes(found: Sequence[Growth]) -> list[int]:
    return sorted({point.n_tracks for growth in found for point in growth.points})
