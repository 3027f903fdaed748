"""Sides that take turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from essentia_ldl.progress import Advance
from tools.benchmarks.clock import Measured, Run


def alternate(rounds: int, *turns: Callable[[], Any], advance: Advance) -> list[list[Any]]:
    """Let every side have its turn in every round; who begins changes from round to round.

    What disturbs the machine for a while then disturbs both sides alike.

    Returns
    -------
    list of list
        For each side in the order given, what its turn of each round returned.

    Examples
    --------
    >>> from tools.benchmarks.clock import measure
    >>> sides = alternate(2, lambda: measure(str, 1), lambda: measure(str, 2), advance=print)
    1
    1
    1
    1
    >>> [[turn.value for turn in side] for side in sides]
    [['1', '1'], ['2', '2']]
    """
    measured: list[list[Any]] = [[] for _ in turns]
    for number in range(rounds):
        order = list(range(len(turns)))
        for side in order[number % len(turns) :] + order[: number % len(turns)]:
            measured[side].append(turns[side]())
            advance(1)
    return measured


def runs_of(measured: list[Measured[Any]]) -> list[Run]:
    """What each measured call cost."""
    return [turn.run for turn in measured]
