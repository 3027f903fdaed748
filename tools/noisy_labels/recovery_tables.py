"""What was recovered, as Markdown and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tools.noisy_labels.pictures import figure_of, save, tidy
from tools.noisy_labels.recovery import PEER, Recovered
from tools.noisy_labels.tables import table

_OURS, _THEIRS = "#0072B2", "#E69F00"
# Labels as they are diverge by tens of nats where they leave a class empty: beyond the picture.
_SHOWN = 3.0


def recovery_markdown(results: Sequence[Recovered]) -> str:
    """Lay out a line per enhancer, and who is ahead."""
    titles = list(dict.fromkeys(result.title for result in results))
    names = list(dict.fromkeys(result.enhancer for result in results))
    by_both = {(result.title, result.enhancer): result for result in results}
    rows = [[name, *(_cell(by_both.get((title, name))) for title in titles)] for name in names]
    parts = [
        table(["enhancer", *(f"{title}: KL, intersection" for title in titles)], rows),
        "KL: Kullback-Leibler divergence from the true distribution in nats, smaller is better; "
        "intersection: mass shared with it, larger is better. Means over tracks and draws; with "
        "one draw for PyLDL's slow enhancers.",
    ]
    ahead = [line for title in titles if (line := _ahead(results, title))]
    return "\n\n".join([*parts, *ahead]) + "\n"


def _cell(result: Recovered | None) -> str:
    if result is None:
        return ""
    if result.divergence is None:
        return f"failed: {result.failure}"
    return f"{result.divergence:.3f}, {result.intersection:.3f}"


def _ahead(results: Sequence[Recovered], title: str) -> str:
    best = {
        is_peer: min(
            (
                (result.divergence, result.enhancer)
                for result in results
                if result.title == title
                and result.divergence is not None
                and result.enhancer.startswith(PEER) is is_peer
            ),
            default=None,
        )
        for is_peer in (False, True)
    }
    mine, theirs = best[False], best[True]
    if mine is None or theirs is None:
        return ""
    verdict = "ahead of" if mine[0] < theirs[0] else "**behind**"
    return f"{title}: {mine[1]} ({mine[0]:.3f}) is {verdict} {theirs[1]} ({theirs[0]:.3f}) in KL."


def draw_recovery(path: Path, results: Sequence[Recovered]) -> None:
    """Draw every enhancer's divergence, a panel for each kind of tracks."""
    titles = list(dict.fromkeys(result.title for result in results))
    names = list(dict.fromkeys(result.enhancer for result in results))
    figure = figure_of(3.6 * len(titles) + 1.5, 1.2 + 0.24 * len(names))
    panels = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
    for axes, title in zip(panels, titles, strict=True):
        for result in results:
            if result.title != title or result.divergence is None:
                continue
            colour = _THEIRS if result.enhancer.startswith(PEER) else _OURS
            width = min(result.divergence, _SHOWN)
            axes.barh(names.index(result.enhancer), width, color=colour)
            axes.annotate(
                f" {result.divergence:.2f}",
                (width, names.index(result.enhancer)),
                va="center",
                fontsize=7,
            )
        axes.set_title(title, fontsize=9, loc="left")
        axes.set_xlim(0, 1.15 * _SHOWN)
        axes.set_xlabel("KL from the truth (nats)", fontsize=8.5)
        tidy(axes)
    panels[0].set_yticks(range(len(names)), names, fontsize=8)
    panels[0].invert_yaxis()
    save(figure, path)
