"""Text that a spreadsheet would run as a formula, made harmless and brought back.

References
----------
OWASP, "CSV injection": a cell that begins with one of these characters gets an apostrophe.
"""

from __future__ import annotations

import unicodedata

_STARTS = frozenset("=+-@\t\r\n")


def guarded(text: str) -> str:
    r"""Put an apostrophe before text that may be taken for a formula; `unguarded` takes it away.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1+1"), guarded("rock 'n' roll")
    ("'=1+1", "''=1+1", "rock 'n' roll")
    """
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("''=1+1"), unguarded("'n' roll")
    ('=1+1', "'=1+1", "'n' roll")
    """
    return text[1:] if text.startswith("'") and _is_formula(text.lstrip("'")) else text


def _is_formula(text: str) -> bool:
    # Spreadsheets read the full-width forms of these characters as well.
    return unicodedata.normalize("NFKC", text[:1]) in _STARTS
