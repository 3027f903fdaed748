"""The plot of cost against collection size."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from essentia_ldl.errors import OptionError
from essentia_ldl.files import write_bytes
from tools.benchmarks import formatting
from tools.benchmarks.case import Unavailable
from tools.benchmarks.growth import Growth

FORMATS = (".png", ".svg", ".pdf")

# Okabe & Ito's colours, which the colour-blind can tell apart; markers tell them apart in grey.
_STYLES = (
    ("#0072B2", "o"),
    ("#D55E00", "s"),
    ("#009E73", "^"),
    ("#CC79A7", "D"),
    ("#56B4E9", "v"),
    ("#E69F00", "P"),
    ("#555555", "X"),
)


def check_plot(path: Path) -> None:
    """Find out before the measurements whether the plot can be written in that format.

    Raises
    ------
    OptionError
        If not.
    """
    if path.suffix.lower() not in FORMATS:
        raise OptionError(
            "is no picture that can be drawn", subject=path, remedy=f"end it in {_formats()}"
        )


def write_plot(path: Path, growths: Sequence[Growth]) -> None:
    """Draw CPU seconds against tracks, both logarithmic, a line per stage.

    Raises
    ------
    Unavailable
        If matplotlib is not installed, or there is nothing to draw.
    OutputError
        If the file cannot be written.
    """
    if not growths:
        raise Unavailable("no stage was measured at several sizes", remedy="run scaling or all")
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise Unavailable(
            f"matplotlib is not installed: {error}", remedy="pip install -e '.[benchmark]'"
        ) from error
    figure = Figure(figsize=(8.5, 5.5), layout="constrained", facecolor="white")
    axes = figure.subplots()
    for (colour, marker), growth in zip(_STYLES, growths, strict=False):
        axes.plot(
            [point.n_tracks for point in growth.points],
            [point.cpu for point in growth.points],
            color=colour,
            marker=marker,
            label=f"{growth.stage} ({formatting.slope(growth.slope)})",
        )
    _label(axes, growths)
    content = io.BytesIO()
    figure.savefig(content, format=path.suffix[1:].lower(), dpi=150)
    write_bytes(path, content.getvalue())


def _label(axes: Any, growths: Sequence[Growth]) -> None:
    sizes = sorted({point.n_tracks for growth in growths for point in growth.points})
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set_title("Cost of each stage against the size of the collection", loc="left")
    axes.set_xlabel("tracks in the collection")
    axes.set_ylabel("CPU seconds")
    axes.grid(color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(
        title="stage (log-log slope)", frameon=False, loc="center left", bbox_to_anchor=(1, 0.5)
    )


def _formats() -> str:
    return f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
