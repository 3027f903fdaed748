"""Write what an external validation found: for programs, for spreadsheets, and for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.files import write_json, write_text
from essentia_ldl.report.plain import plain
from essentia_ldl.report.predictions import PredictionTable
from essentia_ldl.report.validation_content import ValidationContent


@dataclass(frozen=True)
class ValidationFiles:
    """Where the parts of a validation were written."""

    json: Path
    html: Path
    csv: Path


def write_validation(
    out: Path, report: dict[str, Any], predictions: PredictionTable
) -> ValidationFiles:
    """Write validation.json, validation.html and predictions.csv into the folder `out`.

    The same input gives the same bytes.

    Parameters
    ----------
    out : Path
        Folder, made where absent.
    report : dict
        What `essentia_ldl.report.validation_content.ValidationContent` describes, in plain JSON
        types.
    predictions : PredictionTable

    Raises
    ------
    OutputError
        If a file cannot be written.
    ValueError
        If the report lacks an entry, or one is of another type.
    """
    # Late, since jinja2 takes longer to import than everything else here.
    from essentia_ldl.report.validation_page import render_validation

    files = ValidationFiles(
        out / "validation.json", out / "validation.html", out / "predictions.csv"
    )
    content = plain(report)
    page = render_validation(ValidationContent.model_validate(content))
    write_json(files.json, content)
    write_text(files.csv, predictions.to_csv())
    write_text(files.html, page)
    return files
