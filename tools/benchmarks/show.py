"""What was measured, on the terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from essentia_ldl.commands.console import out
from tools.benchmarks.growth import growth_headings, growth_rows, growths
from tools.benchmarks.record import Record
from tools.benchmarks.results import Comparison
from tools.benchmarks.tables import remarks, terminal_table


def show_case(record: Record, case: str) -> None:
    """Print a case's table, what belongs to it, and why it is not whole where it is not."""
    entries = [entry for entry in record.entries if entry.case == case]
    if any(isinstance(entry, Comparison) for entry in entries):
        out.print(terminal_table(entries, case), soft_wrap=False)
    found = growths(entries)
    if found:
        grid = Table(title=case, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for number, heading in enumerate(growth_headings(found)):
            grid.add_column(heading, justify="right" if number else "left")
        for row in growth_rows(found):
            grid.add_row(*row)
        out.print(grid, soft_wrap=False)
    for remark in remarks(entries):
        out.print(f"- {remark}", soft_wrap=False, markup=False)
    if case in record.skipped:
        out.print(f"- not measured to its end: {record.skipped[case]}", markup=False)
