"""The three files of a report."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.errors import OutputError
from essentia_ldl.report import LabelDistributions, write_report

MakeRun = Callable[..., tuple[dict[str, Any], LabelDistributions]]


def test_the_json_is_the_report(make_run: MakeRun, tmp_path: Path) -> None:
    report, distributions = make_run(repeats=3, skipped=["日本.mp3"])
    files = write_report(tmp_path / "new" / "out", report, distributions)
    read = json.loads(files.json.read_text(encoding="utf-8"))
    assert read == report
    assert list(read) == list(report)


def test_the_table_is_the_distributions(make_run: MakeRun, tmp_path: Path) -> None:
    report, distributions = make_run()
    files = write_report(tmp_path, report, distributions)
    with open(files.csv, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for variant, targets in distributions.by_variant.items():
        read = [
            [float(row[c]) for c in distributions.classes]
            for row in rows
            if row["variant"] == variant
        ]
        np.testing.assert_array_equal(read, targets)
    assert [row["path"] for row in rows] == [*distributions.paths] * 3


def test_the_same_run_gives_the_same_bytes(make_run: MakeRun, tmp_path: Path) -> None:
    first, second = (write_report(tmp_path / name, *make_run()) for name in ("a", "b"))
    for one, other in (
        (first.json, second.json),
        (first.html, second.html),
        (first.csv, second.csv),
    ):
        assert one.read_bytes() == other.read_bytes()


def test_undecodable_file_names_are_written(make_run: MakeRun, tmp_path: Path) -> None:
    odd = b"/music/caf\xe9".decode("utf-8", "surrogateescape")
    files = write_report(tmp_path, *make_run(skipped=[odd], folder=odd))
    for path in (files.json, files.html, files.csv):
        assert "udce9" in path.read_text(encoding="utf-8")


def test_nothing_is_written_when_the_page_cannot_be_made(make_run: MakeRun, tmp_path: Path) -> None:
    report, distributions = make_run()
    del report["variants"]["none"]["confusion"]
    with pytest.raises(ValueError, match="confusion"):
        write_report(tmp_path / "out", report, distributions)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told(make_run: MakeRun, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_report(tmp_path / "file" / "out", *make_run())
