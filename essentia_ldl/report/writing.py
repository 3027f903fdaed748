"""Write what a training run found: for programs, for spreadsheets, and for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.files import write_json, write_text
from essentia_ldl.report.content import Report
from essentia_ldl.report.distributions import LabelDistributions, to_csv
from essentia_ldl.report.plain import plain


@dataclass(frozen=True)
class ReportFiles:
    """Where the parts of a report were written."""

    json: Path
    html: Path
    csv: Path


def write_report(
    out: Path, report: dict[str, Any], distributions: LabelDistributions
) -> ReportFiles:
    """Write report.json, label-distributions.csv and report.html into the folder `out`.

    The same input gives the same bytes.

    Parameters
    ----------
    out : Path
        Folder, made where absent.
    report : dict
        What `essentia_ldl.report.content.Report` describes, in plain JSON types.
    distributions : LabelDistributions
        Training targets of each variant, fitted on the whole collection.

    Raises
    ------
    OutputError
        If a file cannot be written.
    ValueError
        If the report lacks an entry, or one is of another type.
    """
    # Late, since jinja2 takes longer to import than everything else here.
    from essentia_ldl.report.page import render_page

    files = ReportFiles(out / "report.json", out / "report.html", out / "label-distributions.csv")
    content = plain(report)
    page = render_page(Report.model_validate(content), distributions)
    write_json(files.json, content)
    write_text(files.csv, to_csv(distributions))
    write_text(files.html, page)
    return files
