"""Numbers as the tables print them."""

from __future__ import annotations


def seconds(value: float | None) -> str:
    """Three digits; nothing where it is not known.

    Examples
    --------
    >>> [seconds(value) for value in (123.4, 12.34, 1.234, 0.1234, 0.00123, None)]
    ['123', '12.3', '1.23', '0.123', '0.0012', '']
    """
    if value is None:
        return ""
    if value < 0.01:
        return f"{value:.2g}"
    return (
        f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"
        if value >= 1
        else (f"{value:.3f}")
    )


def megabytes(peak: int | None, above: int | None) -> str:
    """Peak memory, and in parentheses how much of it came after the imports.

    Examples
    --------
    >>> megabytes(512_300_000, 12_300_000)
    '512 (12)'
    """
    if peak is None:
        return ""
    return f"{peak / 1e6:.0f}" + ("" if above is None else f" ({above / 1e6:.0f})")


def times(ratio: float | None) -> str:
    """A ratio.

    Examples
    --------
    >>> times(12.345), times(123.45)
    ('12.3x', '123x')
    """
    return "" if ratio is None else f"{ratio:.{1 if ratio < 100 else 0}f}x"


def slope(value: float | None) -> str:
    """An exponent, with two digits after the point.

    Examples
    --------
    >>> slope(1.04321)
    '1.04'
    """
    return "" if value is None else f"{value:.2f}"
