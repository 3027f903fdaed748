"""Scores as pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from essentia_ldl.files import write_bytes
from essentia_ldl.labels import BASELINE
from tools.noisy_labels.bounds import BOUNDS
from tools.noisy_labels.methods import ROBUST
from tools.noisy_labels.noise import KINDS
from tools.noisy_labels.scores import Scores, Setting
from tools.noisy_labels.verdicts import NOISY, TOLERANCE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe & Ito's colours, which the colour-blind can tell apart.
_COLOURS = ("#000000", "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#999999")
_MARKERS = "oshD^v<>P*X"
# Balanced accuracy that a method loses, from which on tables alone tell of it.
_HOPELESS = 0.25


def draw_against_noise(path: Path, scores: Scores) -> None:
    """Draw accuracy and NLL against the noise, a line per method, means over tasks and folds."""
    figure = figure_of(10, 7)
    panels = figure.subplots(2, len(KINDS), sharex=True, sharey="row")
    # Methods that were run on part of the tasks would show the tasks, not themselves.
    whole = len({(s.task, s.folding) for s in scores.settings(BASELINE)})
    for row, (measure, title) in enumerate(
        [("accuracy", "balanced accuracy"), ("nll", "negative log-likelihood (nats)")]
    ):
        for axes, kind in zip(panels[row], KINDS, strict=True):
            for number, name in enumerate(_shown(scores)):
                points = _line(scores, name, kind, measure, whole)
                if points:
                    _draw_line(axes, points, number, name)
            axes.set_title(f"{title}, {kind} noise", fontsize=9, loc="left")
            tidy(axes)
    for axes in panels[1]:
        axes.set_xlabel("wrong labels in training (%)", fontsize=8.5)
    figure.legend(
        *panels[0][0].get_legend_handles_labels(),
        frameon=False,
        ncols=6,
        loc="outside upper center",
        fontsize=8.5,
    )
    save(figure, path)


def _shown(scores: Scores) -> Iterator[str]:
    """Methods, without those whose heads learn so little that they would take all the room."""
    for name in scores.methods:
        lost = [
            scores.mean(BASELINE, setting, "accuracy") - scores.mean(name, setting, "accuracy")
            for setting in scores.settings(name)
        ]
        if name not in BOUNDS and np.mean(lost) < _HOPELESS:
            yield name


def _line(
    scores: Scores, name: str, kind: str, measure: str, whole: int
) -> list[tuple[float, float]]:
    by_rate: dict[float, list[float]] = {}
    for setting in scores.settings(name):
        if not setting.rate or setting.kind == kind:
            by_rate.setdefault(setting.rate, []).append(scores.mean(name, setting, measure))
    return [
        (100 * rate, float(np.mean(values)))
        for rate, values in sorted(by_rate.items())
        if len(values) == whole
    ]


def _draw_line(axes: Any, points: Sequence[tuple[float, float]], number: int, name: str) -> None:
    axes.plot(
        *zip(*points, strict=True),
        marker=_MARKERS[number % len(_MARKERS)],
        color=_COLOURS[number % len(_COLOURS)],
        linewidth=2.2 if name == ROBUST else 1.2,
        linestyle="--" if name.startswith("pyldl") else "-",
        markersize=4.5,
        label=name,
    )


def draw_gains(path: Path, scores: Scores) -> None:
    """Draw what robust gains over none in every setting, clean and at 20 % noise."""
    groups = [
        ("clean", "#999999", "o", list(scores.shared(ROBUST, BASELINE, 0.0))),
        *(
            (
                f"{NOISY:.0%} {kind}",
                colour,
                marker,
                [s for s in scores.shared(ROBUST, BASELINE, NOISY) if s.kind == kind],
            )
            for kind, colour, marker in zip(KINDS, ("#0072B2", "#D55E00"), "s^", strict=True)
        ),
    ]
    names = sorted({_name(setting) for _, _, _, settings in groups for setting in settings})
    figure = figure_of(8, 1.5 + 0.28 * len(names))
    axes = figure.subplots()
    for label, colour, marker, settings in groups:
        differences = [
            pair.values(ROBUST, s, "accuracy") - pair.values(BASELINE, s, "accuracy")
            for s in settings
            for pair in [scores.paired(ROBUST, BASELINE, s)]
        ]
        axes.errorbar(
            [values.mean() for values in differences],
            [names.index(_name(setting)) for setting in settings],
            xerr=[values.std() / max(len(values), 1) ** 0.5 for values in differences],
            fmt=marker,
            color=colour,
            markersize=4.5,
            elinewidth=0.8,
            label=label,
        )
    axes.axvline(0, color="#444444", linewidth=0.8)
    axes.axvline(-TOLERANCE, color="#444444", linewidth=0.8, linestyle=":")
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel("balanced accuracy, robust - none (± standard error over repeats)", fontsize=9)
    axes.legend(frameon=False, ncols=3, loc="lower left", bbox_to_anchor=(0, 1), fontsize=8.5)
    tidy(axes)
    save(figure, path)


def _name(setting: Setting) -> str:
    return f"{setting.task}, {setting.folding}"


def tidy(axes: Any) -> None:
    """Draw a light grid and no frame."""
    axes.grid(color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def figure_of(width: float, height: float) -> Figure:
    """Make a figure of a size in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained", facecolor="white")


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG."""
    content = io.BytesIO()
    # Without the version, the same figures give the same bytes.
    figure.savefig(content, format="png", dpi=130, metadata={"Software": None})
    write_bytes(path, content.getvalue())
