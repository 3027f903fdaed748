"""Tables that programs read back exactly and spreadsheets open without harm."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from essentia_ldl.collection.spelling import printable

_FORMULA_STARTS = frozenset("=+-@\t\r\n")


def csv_table(header: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    """Return a table as CSV.

    Numbers are printed so that reading them gives the same float64 again. Text that a
    spreadsheet would run as a formula gets an apostrophe in front.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequence of str or float

    Examples
    --------
    >>> print(csv_table(["path", "p"], [["=1+1.mp3", 0.25]]), end="")
    "path","p"
    "'=1+1.mp3",0.25
    """
    text = io.StringIO()
    # Quoting all text is what keeps a lone carriage return in a file name inside its cell.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    for row in (header, *rows):
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()


def _harmless(text: str) -> str:
    # Spreadsheets read the full-width forms of these characters as well, hence the normalisation.
    start = unicodedata.normalize("NFKC", text[:1])
    return printable(f"'{text}" if start in _FORMULA_STARTS else text)
