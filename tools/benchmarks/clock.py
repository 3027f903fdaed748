"""What a call costs: processor time, time by the clock, and memory."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tools.benchmarks import memory

T = TypeVar("T")


@dataclass(frozen=True)
class Run:
    """What one run cost.

    Attributes
    ----------
    cpu : float or None
        Seconds of processor time, of all threads and children; None where it is not known.
    wall : float
        Seconds by the clock.
    """

    cpu: float | None
    wall: float


@dataclass(frozen=True)
class Measured(Generic[T]):
    """What a call returned, what it cost, and the process's memory after it, in bytes.

    `peak` is the most since the process began or `memory.reset_peak` was called in it.
    """

    value: T
    run: Run
    resident: int
    peak: int


@dataclass(frozen=True)
class Failure:
    """What a call raised instead, and where."""

    error: Exception
    trace: str


def measure(function: Callable[..., T], *arguments: Any) -> Measured[T]:
    """Call a function, with a watch.

    Examples
    --------
    >>> measured = measure(sum, [1, 2])
    >>> measured.value, measured.run.wall < 1
    (3, True)
    """
    gc.collect()
    cpu, wall = _cpu_seconds(), time.perf_counter()
    value = function(*arguments)
    run = Run(_cpu_seconds() - cpu, time.perf_counter() - wall)
    return Measured(value, run, memory.resident(), memory.peak())


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


class Stages:
    """Adds up what each part of some work costs.

    Attributes
    ----------
    runs : dict of str to Run
        By the part's name.

    Examples
    --------
    >>> stages = Stages()
    >>> for number in (1, 2):
    ...     with stages.of("adding"):
    ...         total = sum(range(number))
    >>> list(stages.runs)
    ['adding']
    """

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add what the block costs to a part."""
        cpu, wall = _cpu_seconds(), time.perf_counter()
        yield
        cpu, wall = _cpu_seconds() - cpu, time.perf_counter() - wall
        before = self.runs.get(name, Run(0.0, 0.0))
        self.runs[name] = Run((before.cpu or 0.0) + cpu, before.wall + wall)
