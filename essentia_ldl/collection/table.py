"""Collections that are a table of paths and labels: CSV, TSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from essentia_ldl.collection.entries import Entry, Found, listed_path
from essentia_ldl.collection.spelling import clean, enumerate_names, printable
from essentia_ldl.collection.text import read_text
from essentia_ldl.collection.track import Skipped
from essentia_ldl.errors import CollectionError

_REQUIRED = ("path", "label")
_GROUPS = ("group", "artist")

# Spreadsheets of countries with a decimal comma write ";" into what they call CSV.
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t"}

# What pandas writes for a missing value. Any of them as a class would be an accident.
_MISSING = frozenset({"nan", "NaN", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None"})


class _Row(NamedTuple):
    """A line of a table: its number, its values by column, and what is wrong with its form."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""


def read_table(path: Path) -> Found:
    """Read the columns path, label and, where there is one, group (or artist).

    Column names may be in any case and order, and other columns may stand beside them. Paths
    are relative to the table's folder, or absolute, and may begin with ``~``.

    Raises
    ------
    CollectionError
        If the table cannot be read or lacks a column.
    """
    text = read_text(path)
    rows = _json_rows(text, path) if path.suffix.lower() == ".jsonl" else _csv_rows(text, path)
    return Found.of(_entry(row, path) for row in rows)


def _entry(row: _Row, table: Path) -> Entry | Skipped:
    path = _scalar(row.values.get("path"))
    if path is None or not path.strip():
        return Skipped(
            f"{table}, line {row.line}",
            row.problem or "names no path (add one, or remove the line)",
        )
    listed = listed_path(path, table.parent)
    label = _scalar(row.values.get("label"))
    problem = row.problem
    if not problem and label is None:
        problem = "has several labels where one is expected (decide for one)"
    if problem:
        return Skipped(printable(str(listed)), problem)
    groups = (clean(_scalar(row.values.get(column)) or "") for column in _GROUPS)
    return Entry(listed, label or "", next(filter(None, groups), None))


def _scalar(value: Any) -> str | None:
    """Text of a field, "" where it is missing; None where it is no single value."""
    if isinstance(value, list) and len(value) == 1:
        return _scalar(value[0])
    if isinstance(value, list | dict):
        return None
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return "" if text.strip() in _MISSING else text


def _csv_rows(text: str, table: Path) -> Iterator[_Row]:
    header = next(iter(text.lstrip().splitlines()), "")
    delimiter = max(_DELIMITERS[table.suffix.lower()], key=header.count)
    lines = _csv_lines(text, delimiter, table)
    columns = [name.strip().casefold() for name in next(lines, (1, []))[1]]
    _check_columns(columns, table, "name the columns in the first line")
    for line, fields in lines:
        surplus = any(field.strip() for field in fields[len(columns) :])
        problem = (
            f"line {line} has {len(fields)} fields for {len(columns)} columns"
            ' (put fields that contain the separator into "quotes")'
            if surplus
            else ""
        )
        yield _Row(line, dict(zip(columns, fields, strict=False)), problem)


def _csv_lines(text: str, delimiter: str, table: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not blank, with their numbers."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                yield reader.line_num, fields
    except csv.Error as error:
        raise CollectionError(
            f"line {reader.line_num} is not well formed: {error}",
            subject=table,
            remedy='close every quote, and write "" for a quote inside a quoted field',
        ) from error


def _json_rows(text: str, table: Path) -> list[_Row]:
    rows: list[_Row] = []
    # Not splitlines: JSON strings may hold the other characters that it takes for line ends.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            values = _json_object(line, number, table)
            rows.append(_Row(number, {key.strip().casefold(): values[key] for key in values}))
    columns = list(dict.fromkeys(column for row in rows for column in row.values))
    _check_columns(columns, table, "give every line these keys")
    return rows


def _json_object(line: str, number: int, table: Path) -> dict[str, Any]:
    remedy = 'write one object a line, as {"path": "a.flac", "label": "rock"}'
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CollectionError(
            f"line {number} is not JSON: {error}", subject=table, remedy=remedy
        ) from error
    if not isinstance(values, dict):
        raise CollectionError(f"line {number} is no object", subject=table, remedy=remedy)
    return values


def _check_columns(columns: list[str], table: Path, remedy: str) -> None:
    if not columns:
        raise CollectionError("is empty", subject=table, remedy=remedy + ": path and label")
    missing = [name for name in _REQUIRED if name not in columns]
    if missing:
        found = enumerate_names([repr(name) for name in columns], limit=10)
        raise CollectionError(
            f"has no column {' and no column '.join(missing)}; its columns are {found}",
            subject=table,
            remedy=f"{remedy}: path and label",
        )
    repeated = [name for name in (*_REQUIRED, *_GROUPS) if columns.count(name) > 1]
    if repeated:
        raise CollectionError(
            f"has more than one column {repeated[0]}", subject=table, remedy="remove the others"
        )
