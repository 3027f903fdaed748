"""How the page prints numbers."""

from __future__ import annotations

ABSENT = "–"
_MINUS = "\N{MINUS SIGN}"


def accuracy(value: float) -> str:
    """Print a proportion to three decimals.

    >>> accuracy(0.85349)
    '0.853'
    """
    return f"{value:.3f}"


def signed(value: float) -> str:
    """Print a difference to three decimals with its sign.

    >>> signed(0.0121), signed(-0.3), signed(-0.0001)
    ('+0.012', '−0.300', '0.000')
    """
    rounded = round(value, 3)
    if rounded == 0:
        return "0.000"
    return f"{'+' if rounded > 0 else _MINUS}{abs(rounded):.3f}"


def interval(low: float, high: float) -> str:
    """Print an interval to three decimals.

    >>> interval(0.25, 0.5), interval(-0.1, 0.1)
    ('0.250 to 0.500', '−0.100 to 0.100')
    """
    return f"{low:.3f} to {high:.3f}".replace("-", _MINUS)


def p_value(value: float) -> str:
    """Print a p value to three decimals, or as below the smallest of them.

    >>> p_value(0.0412), p_value(0.00003)
    ('0.041', '< 0.001')
    """
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def p_clause(value: float) -> str:
    """Print a p value with its name, for a sentence.

    >>> p_clause(0.0412), p_clause(0.00003)
    ('p = 0.041', 'p < 0.001')
    """
    printed = p_value(value)
    return f"p {printed}" if printed.startswith("<") else f"p = {printed}"


def percent(value: float) -> str:
    """Print a proportion as a whole percentage, never rounding something to nothing.

    >>> percent(0.384), percent(0.005), percent(0)
    ('38', '<1', '0')
    """
    return "<1" if 0 < value <= 0.005 else f"{100 * value:.0f}"


def duration(seconds: float) -> str:
    """Print seconds as a person would say them.

    >>> duration(3.21), duration(125), duration(7322)
    ('3.2 s', '2 min 05 s', '2 h 02 min')
    """
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def parity(value: float) -> str:
    """Print a tiny difference in scientific notation.

    >>> parity(5.96e-8), parity(0.0)
    ('6.0e-08', '0')
    """
    return "0" if value == 0 else f"{value:.1e}"


def listing(names: list[str]) -> str:
    """Join names as a sentence does.

    >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
