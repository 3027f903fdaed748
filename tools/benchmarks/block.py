"""The generated part of docs/performance.md."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from essentia_ldl.errors import OptionError
from essentia_ldl.files import write_text
from tools.benchmarks import machine
from tools.benchmarks.growth import growth_headings, growth_rows, growths
from tools.benchmarks.record import Record
from tools.benchmarks.results import Comparison
from tools.benchmarks.tables import HEADINGS, markdown_table, remarks, rows

BEGIN = "<!-- benchmark: begin; written by tools/benchmark.py --markdown -->"
END = "<!-- benchmark: end -->"


def check_markdown(path: Path) -> None:
    """Find out before the measurements whether the block can be written.

    Raises
    ------
    OptionError
        If there is such a file, and no block in it.
    """
    if path.exists() and not _block().search(_read(path)):
        raise OptionError(
            "has no place for the results",
            subject=path,
            remedy=f"put two lines into it: {BEGIN} and {END}",
        )


def write_markdown(path: Path, record: Record, plot: Path | None) -> None:
    """Replace the block in a Markdown file; the text around it stays.

    Parameters
    ----------
    path : Path
        Made where absent.
    record : Record
    plot : Path, optional
        A picture to show, written already.

    Raises
    ------
    OptionError
        If there is such a file, and no block in it.
    OutputError
        If it cannot be written.
    """
    check_markdown(path)
    shown = os.path.relpath(plot, path.parent) if plot else None
    block = "\n".join([BEGIN, "", *_lines(record, shown), END])
    if path.exists():
        # A function, since a text would have its backslashes read.
        write_text(path, _block().sub(lambda _: block, _read(path)))
    else:
        write_text(path, f"{block}\n")


def _lines(record: Record, plot: str | None) -> Iterator[str]:
    yield f"Measured on {record.day}: {machine.sentence(record.machine)}."
    yield ""
    versions = ", ".join(f"{name} {number}" for name, number in record.machine["versions"].items())
    yield f"With {versions}."
    if record.audio:
        yield f"Music: {record.audio}."
    yield ""
    for line in [*record.remarks(), *_skips(record)]:
        yield f"- {line}"
    for case in dict.fromkeys(entry.case for entry in record.entries):
        yield from _case(record, case)
    yield from _growth(record, plot)


def _case(record: Record, case: str) -> Iterator[str]:
    entries = [entry for entry in record.entries if entry.case == case]
    comparisons = [entry for entry in entries if isinstance(entry, Comparison)]
    if not comparisons:
        return
    yield f"\n### {case}\n"
    yield markdown_table(HEADINGS, [row for entry in comparisons for row in rows(entry)])
    yield ""
    for remark in remarks(entries):
        yield f"- {remark}"


def _growth(record: Record, plot: str | None) -> Iterator[str]:
    found = growths(record.entries)
    if not found:
        return
    yield "\n### Cost against the size of the collection\n"
    if plot:
        yield f"![CPU seconds of each stage against the number of tracks, both log]({plot})\n"
    yield markdown_table(growth_headings(found), growth_rows(found))
    yield ""
    entries = [entry for entry in record.entries if entry.case == found[0].points[0].case]
    for remark in remarks(entries):
        yield f"- {remark}"


def _skips(record: Record) -> Iterator[str]:
    for case, reason in record.skipped.items():
        yield f"{case} was not measured to its end: {reason}"


def _block() -> re.Pattern[str]:
    return re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"cannot be read: {error}", subject=path) from error
