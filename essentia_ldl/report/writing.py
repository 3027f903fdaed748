"""Write what a training run found: for programs, for spreadsheets, and for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.files import write_json, write_text
from essentia_ldl.report.distributions import LabelDistributions, to_csv
from essentia_ldl.report.plain import plain


@dataclass(frozen=True)
class ReportFiles:
    """Where the parts of a report were written."""

    json: Path
    html: Path
    csv: Path


def write_report(
    out: Path, report: Mapping[str, Any], distributions: LabelDistributions
) -> ReportFiles:
    """Write report.json, label-distributions.csv and report.html into the folder `out`.

    The same input gives the same bytes.

    Parameters
    ----------
    out : Path
        Folder, made where absent.
    report : mapping
        task, classes, n_tracks, variants (of each: loss, balanced_accuracy, confusion and,
        where known, p_value_vs_none, p_value_vs_none_independent, label_enhancement, seconds);
        where known also backbone, folds, repeats, epochs, seed, grouped, baselines, exported
        (labels, pb, json, sha256, parity_max_abs_diff, snippet), skipped, warnings, versions,
        seconds. Values may be numpy's; those that are not finite are written as null.
    distributions : LabelDistributions
        Training targets of each variant, fitted on the whole collection.

    Raises
    ------
    OutputError
        If a file cannot be written.
    KeyError
        If the report lacks one of the entries that are always known.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> scores = {"pooled": 0.5, "fold_mean": 0.5, "fold_sd": 0.0, "per_fold": [0.5, 0.5]}
    >>> none = {"loss": "categorical_crossentropy", "balanced_accuracy": scores,
    ...         "confusion": np.ones((2, 2), dtype=int)}
    >>> report = {"task": "mood-acoustic", "classes": ("acoustic", "non_acoustic"),
    ...           "n_tracks": 4, "variants": {"none": none}}
    >>> labels = ("acoustic", "acoustic", "non_acoustic", "non_acoustic")
    >>> targets = np.repeat(np.eye(2), 2, axis=0)
    >>> distributions = LabelDistributions(
    ...     ("a.mp3", "b.mp3", "c.mp3", "d.mp3"), labels, report["classes"], {"none": targets})
    >>> with tempfile.TemporaryDirectory() as out:
    ...     write_report(Path(out), report, distributions).html.name
    'report.html'
    """
    # Late, since jinja2 takes longer to import than everything else here.
    from essentia_ldl.report.page import render_page

    files = ReportFiles(out / "report.json", out / "report.html", out / "label-distributions.csv")
    content = plain(report)
    page = render_page(content, distributions)
    write_json(files.json, content)
    write_text(files.csv, to_csv(distributions))
    write_text(files.html, page)
    return files
