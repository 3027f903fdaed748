"""What was measured, laid out in rows: for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from tools.benchmarks import formatting
from tools.benchmarks.results import Comparison, Entry, Finding, Timing

HEADINGS = ("measured", "side", "CPU s", "wall s", "peak MB", "ratio")
# Texts; all else is numbers.
_LEFT = ("measured", "side", "stage, CPU s")

Row = Sequence[str]


def rows(comparison: Comparison) -> Iterator[Row]:
    """Yield a row for our side, and one for the peer where there is one.

    The ratio, how many times as long the peer takes, stands in the peer's row.
    """
    yield comparison.name, *_timed(comparison.ours), ""
    if comparison.peer:
        by_the_clock = " (wall)" if comparison.clock == "wall" else ""
        yield "", *_timed(comparison.peer), formatting.times(comparison.ratio) + by_the_clock


def remarks(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield what must be read beside the rows: differences, notes, and single findings."""
    for entry in entries:
        if isinstance(entry, Comparison):
            name = f"{entry.name}, {entry.peer.side}" if entry.peer else entry.name
            found = [f"{what} {value:.1e}" for what, value in entry.differences.items()]
            if found:
                yield f"{name}: differences: {', '.join(found)}"
            notes = [side.note for side in (entry.ours, entry.peer) if side and side.note]
            yield from (f"{name}: {note}" for note in [*notes, *entry.notes])
        elif isinstance(entry, Finding):
            yield f"{entry.name}: {entry.text}"


def terminal_table(entries: Iterable[Entry], title: str) -> Table:
    """Lay the comparisons out for the terminal."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in HEADINGS:
        is_number = heading not in _LEFT
        table.add_column(
            heading, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold"
        )
    for entry in entries:
        if isinstance(entry, Comparison):
            for row in rows(entry):
                table.add_row(*row)
    return table


def markdown_table(headings: Row, content: Iterable[Row]) -> str:
    """Lay rows out as Markdown; numbers to the right.

    Examples
    --------
    >>> print(markdown_table(["side", "ratio"], [["ours", "2.0x"]]))
    | side | ratio |
    |---|--:|
    | ours | 2.0x |
    """
    rule = ["---" if heading in _LEFT else "--:" for heading in headings]
    lines = [" | ".join(headings), *(" | ".join(row) for row in content)]
    lines = [f"| {line} |" for line in lines]
    return "\n".join([lines[0], f"|{'|'.join(rule)}|", *lines[1:]])


def _timed(side: Timing) -> Row:
    clocks = (formatting.seconds(side.seconds("cpu")), formatting.seconds(side.seconds("wall")))
    return side.side, *clocks, formatting.megabytes(side.peak, side.above)
