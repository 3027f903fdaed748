"""Collections that are a table of paths and labels or votes: CSV, TSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from essentia_ldl.collection.annotators import Opinion, poll
from essentia_ldl.collection.entries import Entry, Found, listed_path
from essentia_ldl.collection.formulas import unguarded
from essentia_ldl.collection.spelling import clean, enumerate_names, printable
from essentia_ldl.collection.text import read_text
from essentia_ldl.collection.track import Skipped
from essentia_ldl.collection.vote_columns import VoteColumns, column_name, flattened
from essentia_ldl.collection.votes import leading_class
from essentia_ldl.errors import CollectionError

_REQUIRED = ("path", "label")
_GROUPS = ("group", "artist")
_ANNOTATOR = "annotator"

# Spreadsheets of countries with a decimal comma write ";" into what they call CSV.
_DELIMITERS = {".csv": ",;\t", ".tsv": "\t"}

#: What pandas writes for a missing value. Any of them as a class would be an accident.
MISSING = frozenset({"nan", "NaN", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "None"})


class _Row(NamedTuple):
    """A line of a table: its number, its values by column, and what is wrong with its form."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""


def read_table(path: Path) -> Found:
    """Read the columns path, label and, where there are any, group (or artist) and votes.

    Column names may be in any case and order, and other columns may stand beside them. Paths
    are relative to the table's folder, or absolute, and may begin with ``~``. Votes are in
    columns ``votes:CLASS`` or ``distribution:CLASS``, or in a line for each annotator, who is
    named in a column annotator. Beside columns of votes the label may be absent: it is the class
    of most votes then, of equal ones the first by name.

    Raises
    ------
    CollectionError
        If the table cannot be read or lacks a column, or has votes that are none.
    """
    text = read_text(path)
    columns, rows = _json_rows(text, path) if _is_json(path) else _csv_rows(text, path)
    votes = VoteColumns.among(columns, path)
    _check_columns(columns, path, votes)
    items = [_item(row, path, votes) for row in rows]
    opinions = [item for item in items if isinstance(item, Opinion)]
    skipped = tuple(item for item in items if isinstance(item, Skipped))
    return Found(poll(opinions, path), skipped)


def _is_json(table: Path) -> bool:
    return table.suffix.lower() == ".jsonl"


def _item(row: _Row, table: Path, columns: VoteColumns) -> Opinion | Skipped:
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
    votes = columns.read(row.values, row.line, table)
    if votes and not (label or "").strip():
        label = leading_class(votes)
    groups = (clean(_scalar(row.values.get(column)) or "") for column in _GROUPS)
    entry = Entry(listed, label or "", next(filter(None, groups), None), votes)
    return Opinion(entry, clean(_scalar(row.values.get(_ANNOTATOR)) or ""), row.line)


def _scalar(value: Any) -> str | None:
    """Text of a field, "" where it is missing; None where it is no single value."""
    if isinstance(value, list) and len(value) == 1:
        return _scalar(value[0])
    if isinstance(value, list | dict):
        return None
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return "" if text.strip() in MISSING else text


def _csv_rows(text: str, table: Path) -> tuple[list[str], Iterator[_Row]]:
    lines = _csv_lines(text, _delimiter(text, table), table)
    columns = [column_name(title) for title in next(lines, (1, []))[1]]
    return columns, (_csv_row(line, fields, columns) for line, fields in lines)


def _csv_row(line: int, fields: list[str], columns: list[str]) -> _Row:
    surplus = any(field.strip() for field in fields[len(columns) :])
    problem = (
        f"line {line} has {len(fields)} fields for {len(columns)} columns"
        ' (put fields that contain the separator into "quotes")'
        if surplus
        else ""
    )
    return _Row(line, dict(zip(columns, map(unguarded, fields), strict=False)), problem)


def _delimiter(text: str, table: Path) -> str:
    """Find what separates the columns: what leaves a column path, or else is there most often."""
    delimiters = _DELIMITERS[table.suffix.lower()]
    if len(delimiters) == 1:
        return delimiters
    # Names of classes, which are in the header too, may have any of them.
    for delimiter in delimiters:
        header = csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
        with suppress(csv.Error):  # Reading the lines will say it.
            if "path" in map(column_name, next(header, [])):
                return delimiter
    return max(delimiters, key=next(iter(text.lstrip().splitlines()), "").count)


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


def _json_rows(text: str, table: Path) -> tuple[list[str], list[_Row]]:
    rows: list[_Row] = []
    # Not splitlines: JSON strings may hold the other characters that it takes for line ends.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            rows.append(_Row(number, _json_values(line, number, table)))
    return list(dict.fromkeys(column for row in rows for column in row.values)), rows


def _json_values(line: str, number: int, table: Path) -> dict[str, Any]:
    try:
        return flattened(_json_object(line, number, table))
    except ValueError as error:
        raise CollectionError(
            f"line {number} has {error}", subject=table, remedy="correct them, or leave them out"
        ) from error


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


def _check_columns(columns: list[str], table: Path, votes: VoteColumns) -> None:
    remedy = "give every line the keys path and label"
    if not _is_json(table):
        remedy = "name the columns path and label in the first line"
    if not columns:
        raise CollectionError("is empty", subject=table, remedy=remedy)
    missing = [name for name in _REQUIRED if name not in columns]
    # Votes tell the label.
    if missing and not (votes.kind and missing == ["label"]):
        found = enumerate_names([repr(name) for name in columns], limit=10)
        raise CollectionError(
            f"has no column {' and no column '.join(missing)}; its columns are {found}",
            subject=table,
            remedy=remedy,
        )
    repeated = [name for name in (*_REQUIRED, *_GROUPS, _ANNOTATOR) if columns.count(name) > 1]
    if repeated:
        raise CollectionError(
            f"has more than one column {repeated[0]}", subject=table, remedy="remove the others"
        )
