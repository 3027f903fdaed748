"""Rows as Markdown for people and as CSV for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from tools.reproduction.grid import LABELS, PAPERS
from tools.reproduction.paper import FIVE_FOLD
from tools.reproduction.rows import Entry, Row

_Columns = Callable[[Row], dict[str, str]]

_NAMES = {"none": "None", "s_a": "S_A", "s_b": "S_B"}
_SHORT_LOSSES = {
    "categorical_crossentropy": "CE",
    "mean_absolute_error": "MAE",
    "kullback_leibler_divergence": "KL",
    "generalized_crossentropy": "GCE",
}
LEGEND = (
    "Balanced accuracy (mean per-class recall) pooled over the folds, mean over seeds, ± standard "
    "deviation over folds. † differs from None by the corrected paired t-test (Nadeau and Bengio), "
    "\\* by the paper's independent t-test, both at p < 0.05. Ext.: on the external collection."
)

_CSV_FIELDS = (
    "task", "collection", "n_tracks", "architecture", "mode", "labels", "loss", "seeds",
    "accuracy", "fold_mean", "fold_sd", "external_accuracy", "log_loss", "p_paired",
    "p_independent", "paper_accuracy", "seconds",
)  # fmt: skip


def short_loss(loss: str) -> str:
    """Abbreviate a loss as tables have it."""
    return _SHORT_LOSSES.get(loss, loss)


def markdown(rows: Sequence[Row]) -> str:
    """Lay out the table of the paper, and that of labels x loss, each with its legend."""
    papers = [row for row in rows if row.loss == PAPERS]
    by_loss = [row for row in rows if row.loss != PAPERS]
    parts = []
    if papers:
        parts += ["## The paper's grid", _table(papers, _paper_columns), LEGEND]
    if by_loss:
        parts += ["## Labels x loss", _table(by_loss, _loss_columns), LEGEND]
    remarks = dict.fromkeys(f"- {row.source}: {row.remark}" for row in rows if row.remark)
    return "\n\n".join([*parts, *(["\n".join(remarks)] if remarks else [])]) + "\n"


def _table(rows: Sequence[Row], columns: _Columns) -> str:
    table = [columns(row) for row in rows]
    # A column that is empty throughout says nothing.
    names = [name for name in table[0] if any(cells[name] for cells in table)]
    lines = [names, ["---"] * len(names), *[[cells[name] for name in names] for cells in table]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _paper_columns(row: Row) -> dict[str, str]:
    published = FIVE_FOLD.get(row.task, {})
    cells = _what(row) | {_NAMES[name]: _accuracy(row.entries[name]) for name in LABELS}
    cells |= {
        f"paper's {_NAMES[name]}": f"{published[name]:.2f}" if name in published else ""
        for name in LABELS
    }
    cells |= {f"Ext. {_NAMES[name]}": _mean(row.entries[name].external) for name in LABELS}
    return cells | {"p (S_A, S_B)": _p_values(row), "time": f"{row.seconds:.0f} s"}


def _loss_columns(row: Row) -> dict[str, str]:
    cells = _what(row) | {"loss": short_loss(row.loss)}
    cells |= {_NAMES[name]: _accuracy(row.entries[name]) for name in LABELS}
    return cells | {"p (S_A, S_B)": _p_values(row), "time": f"{row.seconds:.0f} s"}


def _what(row: Row) -> dict[str, str]:
    return {
        "task": row.task,
        "collection": f"{row.source} ({row.n_tracks})",
        "network": row.architecture,
        "mode": row.mode,
        "seeds": str(row.n_seeds),
    }


def _accuracy(entry: Entry) -> str:
    marks = entry.marks.replace("*", "\\*")
    return f"{entry.mean:.3f} ± {entry.sd:.3f}{marks}"


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.3f}" if values else ""


def _p_values(row: Row) -> str:
    return ", ".join(
        "-" if p is None else ("< .001" if p < 0.001 else f"{p:.3f}")
        for p in (row.entries[name].p_paired for name in LABELS[1:])
    )


def as_csv(rows: Sequence[Row]) -> str:
    """One line for each kind of labels in each row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, _CSV_FIELDS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerows(_lines(row))
    return text.getvalue()


def _lines(row: Row) -> Iterator[dict[str, object]]:
    published = FIVE_FOLD.get(row.task, {}) if row.loss == PAPERS else {}
    for name in LABELS:
        entry = row.entries[name]
        yield {
            "task": row.task,
            "collection": row.source,
            "n_tracks": row.n_tracks,
            "architecture": row.architecture,
            "mode": row.mode,
            "labels": name,
            "loss": entry.loss,
            "seeds": row.n_seeds,
            "accuracy": entry.mean,
            "fold_mean": sum(entry.per_fold) / len(entry.per_fold),
            "fold_sd": entry.sd,
            "external_accuracy": _mean(entry.external),
            "log_loss": entry.log_loss,
            "p_paired": entry.p_paired,
            "p_independent": entry.p_independent,
            "paper_accuracy": published.get(name, ""),
            "seconds": round(row.seconds, 1),
        }
