"""The files of an external validation."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from essentia_ldl.report.predictions import PredictionTable
from essentia_ldl.report.validation import write_validation

MakeReport = Callable[..., dict[str, Any]]


@pytest.fixture
def table() -> PredictionTable:
    row = np.array([[0.25, 0.75]])
    return PredictionTable(("a.mp3",), ("x",), (("x", "x", "x"),), ("x", "=y"), {"one": row})


def test_what_is_written_is_the_report(
    make_validation: MakeReport, table: PredictionTable, tmp_path: Path
) -> None:
    report = make_validation()
    first, second = (write_validation(tmp_path / name, report, table) for name in ("a", "b"))
    assert json.loads(first.json.read_text("utf-8")) == report
    for one, other in ((first.json, second.json), (first.html, second.html)):
        assert one.read_bytes() == other.read_bytes()
    rows = list(csv.reader(io.StringIO(first.csv.read_text("utf-8"))))
    assert rows == [
        ["path", "truth", "votes", "model", "predicted", "x", "'=y"],
        ["a.mp3", "x", "x,x,x", "one", "'=y", "0.25", "0.75"],
    ]


def test_nothing_is_written_when_an_entry_is_missing(
    make_validation: MakeReport, table: PredictionTable, tmp_path: Path
) -> None:
    report = make_validation()
    del report["accuracy"]["models"]["one"]["confusion"]
    with pytest.raises(ValidationError, match="confusion"):
        write_validation(tmp_path, report, table)
    assert not list(tmp_path.iterdir())
