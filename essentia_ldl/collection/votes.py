"""What annotators say of one track: votes for classes, or shares of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

#: A class and its votes, of each class that has any, sorted by class.
Votes = tuple[tuple[str, float], ...]

#: By how much a distribution's sum may differ from 1: files round.
TOLERANCE = 1e-3


def count(votes: Iterable[tuple[str, float]]) -> Votes:
    """Bring votes into their one form: summed by class, those above zero, sorted by class.

    Parameters
    ----------
    votes : iterable of (str, float)
        A class may be there more than once.

    Raises
    ------
    ValueError
        If a count is negative or not finite, or none is above zero.

    Examples
    --------
    >>> count([("rock", 1), ("jazz", 1), ("pop", 0), ("rock", 1)])
    (('jazz', 1.0), ('rock', 2.0))
    """
    counts: dict[str, float] = {}
    for name, number in votes:
        if not math.isfinite(number):
            raise ValueError(f"a number for {name} that is not finite: {number}")
        if number < 0:
            raise ValueError(f"a negative number for {name}: {number:g}")
        counts[name] = counts.get(name, 0.0) + number
    if not any(counts.values()):
        raise ValueError("no number above zero")
    if not math.isfinite(sum(counts.values())):
        raise ValueError("numbers too large to add")
    return tuple(sorted((name, float(number)) for name, number in counts.items() if number))


def distribution(shares: Iterable[tuple[str, float]]) -> Votes:
    """Bring a distribution into the form of votes that sum to 1.

    Parameters
    ----------
    shares : iterable of (str, float)
        Their sum may differ from 1 by `TOLERANCE`; they are divided by it.

    Raises
    ------
    ValueError
        If a share is negative or not finite, or they sum to anything but 1.

    Examples
    --------
    >>> distribution([("jazz", 0.333), ("rock", 0.667)])
    (('jazz', 0.333), ('rock', 0.667))
    """
    counted = count(shares)
    total = math.fsum(number for _, number in counted)
    if abs(total - 1) > TOLERANCE:
        raise ValueError(f"a sum of {total:g}, not of 1")
    return tuple((name, number / total) for name, number in counted)


def leading_class(votes: Votes) -> str:
    """Return the class of most votes; of equal ones the first by name.

    Examples
    --------
    >>> leading_class((("jazz", 1.0), ("pop", 2.0), ("rock", 2.0)))
    'pop'
    """
    return max(votes, key=lambda vote: vote[1])[0]


def renamed(votes: Votes, names: Mapping[str, str]) -> Votes:
    """Give the classes other names; those that get one name become one class.

    Examples
    --------
    >>> renamed((("Rock", 1.0), ("rock", 2.0)), {"Rock": "roc", "rock": "roc"})
    (('roc', 3.0),)
    """
    return count((names[name], number) for name, number in votes)
