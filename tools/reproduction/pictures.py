"""The table and Figure 1 as pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.files import write_bytes
from tools.reproduction.grid import LABELS, PAPERS
from tools.reproduction.paper import FIVE_FOLD
from tools.reproduction.rows import Row
from tools.reproduction.tables import short_loss

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe & Ito's colours, which the colour-blind can tell apart; markers tell them apart in grey.
_STYLES = {"none": ("#0072B2", "o"), "s_a": ("#E69F00", "s"), "s_b": ("#009E73", "^")}
_NAMES = {"none": "None", "s_a": "S_A", "s_b": "S_B"}
_OFFSETS = {"none": -0.22, "s_a": 0.0, "s_b": 0.22}
_GREY = "#777777"


def draw_table(path: Path, rows: Sequence[Row]) -> None:
    """Draw every row's accuracies, their deviation over folds, and the paper's where known."""
    figure = _figure(9.5, 1.6 + 0.55 * len(rows))
    axes = figure.subplots()
    for name in LABELS:
        colour, marker = _STYLES[name]
        entries = [row.entries[name] for row in rows]
        places = np.arange(len(rows)) + _OFFSETS[name]
        axes.errorbar(
            [entry.mean for entry in entries],
            places,
            xerr=[entry.sd for entry in entries],
            fmt=marker,
            color=colour,
            elinewidth=1,
            capsize=2,
            label=_NAMES[name],
        )
        for entry, place in zip(entries, places, strict=True):
            axes.annotate(
                f"{entry.mean:.3f}{entry.marks}",
                (1.02, place),
                xycoords=axes.get_yaxis_transform(),
                color=colour,
                fontsize=7.5,
                va="center",
            )
    _draw_published(axes, rows)
    axes.set_yticks(range(len(rows)), [_title(row) for row in rows], fontsize=8.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xlabel("balanced accuracy, 5-fold cross-validation (± sd over folds)")
    axes.grid(axis="x", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
    _save(figure, path)


def _draw_published(axes: Any, rows: Sequence[Row]) -> None:
    points = [
        (FIVE_FOLD[row.task][name], number + _OFFSETS[name])
        for number, row in enumerate(rows)
        if row.loss == PAPERS and row.task in FIVE_FOLD
        for name in LABELS
    ]
    if points:
        x, y = zip(*points, strict=True)
        axes.scatter(x, y, marker="D", facecolors="none", edgecolors=_GREY, s=26, label="paper")


def _title(row: Row) -> str:
    loss = "" if row.loss == PAPERS else f", {short_loss(row.loss)}"
    return f"{row.source}\n{row.architecture} {row.mode}{loss}"


def draw_figure_1(path: Path, task: str, own_class: Mapping[str, NDArray[np.float64]]) -> None:
    """Draw histograms of the own-class probability d_y, a panel for each kind of labels.

    Parameters
    ----------
    path : Path
    task : str
    own_class : mapping of str to np.ndarray [shape=(n_tracks,)]
        d_y of every track, by the panel's title.
    """
    figure = _figure(3.2 * len(own_class), 3.2)
    panels = figure.subplots(1, len(own_class), sharey=True, squeeze=False)[0]
    # Centred on tenths: k = 10 gives these exactly, and they must not fall on an edge.
    edges = np.linspace(-0.05, 1.05, 12)
    for axes, (title, values) in zip(panels, own_class.items(), strict=True):
        axes.hist(values, edges, weights=np.full(len(values), 1 / len(values)), color="#0072B2")
        axes.axvline(values.mean(), color="#D55E00", linewidth=1.2)
        axes.set_title(f"{title}\nmean {values.mean():.2f}", fontsize=9, loc="left")
        axes.set_xlabel("own-class probability $d_y$", fontsize=8.5)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("share of tracks", fontsize=8.5)
    figure.suptitle(task, x=0.01, ha="left", fontsize=10)
    _save(figure, path)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def _save(figure: Figure, path: Path) -> None:
    content = io.BytesIO()
    # Without the version, the same figures give the same bytes.
    figure.savefig(content, format="png", dpi=150, metadata={"Software": None})
    write_bytes(path, content.getvalue())
