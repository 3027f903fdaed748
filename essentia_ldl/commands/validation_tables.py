"""A validation in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from essentia_ldl.report import formatting

# Short enough for a terminal of 80 columns; an arrow says where better is.
_HEADINGS = {
    "kullback_leibler": "KL ↓",
    "chebyshev": "Cheb. ↓",
    "clark": "Clark ↓",
    "canberra": "Canb. ↓",
    "cosine": "cos ↑",
    "intersection": "inters. ↑",
}


def accuracy_table(report: dict[str, Any]) -> Table:
    """Lay out the accuracy of every model.

    Parameters
    ----------
    report : dict
        The content of a validation.json that has an accuracy.
    """
    found = report["accuracy"]
    n_classes = sum(n > 0 for n in found["tracks_per_class"])
    table = Table(
        title=f"Balanced accuracy on {report['task']}: {found['n_tracks']} tracks, "
        f"{n_classes} classes",
        title_justify="left",
    )
    table.add_column("Model", overflow="fold")
    confidence = formatting.percent(report["intervals"]["confidence"])
    for name in ("Accuracy", f"{confidence} % interval", "Log loss", "Calibration error"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, model in found["models"].items():
        accuracy = model["balanced_accuracy"]
        table.add_row(
            Text(name),
            formatting.accuracy(accuracy["value"]),
            formatting.interval(accuracy["low"], accuracy["high"]),
            formatting.accuracy(model["log_loss"]),
            formatting.accuracy(model["calibration_error"]),
        )
    return table


def distances_table(report: dict[str, Any]) -> Table:
    """Lay out the distances of every model and baseline to the votes.

    Parameters
    ----------
    report : dict
        The content of a validation.json that has distances.
    """
    found = report["distances"]
    table = Table(
        title=f"Distance to the annotators' votes: {found['n_tracks']} tracks, "
        f"{found['n_divided']} of them with divided votes",
        title_justify="left",
    )
    table.add_column("Model or baseline", overflow="fold")
    for heading in _HEADINGS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for name, estimates in (*found["models"].items(), *found["baselines"].items()):
        table.add_row(
            Text(name),
            *(formatting.accuracy(estimates[measure]["value"]) for measure in _HEADINGS),
        )
    return table


def summary(report: dict[str, Any]) -> Iterator[str]:
    """Say how models differ, and how many tracks count and how many do not.

    Parameters
    ----------
    report : dict
        The content of a validation.json.
    """
    for difference in (report["accuracy"] or {"differences": []})["differences"]:
        yield (
            f"{difference['model']} against {difference['other']}: "
            f"{formatting.signed(difference['value'])} "
            f"({formatting.interval(difference['low'], difference['high'])})"
        )
    counts = {
        "missing": len(report["missing"]),
        "unreadable": len(report["unreadable"]),
        **report["left_out"],
    }
    listed = ", ".join(f"{count} {reason}" for reason, count in counts.items())
    yield f"{report['n_tracks']} tracks were judged; {listed}."
