"""How the package tells what it is doing: one small interface, drawn by whoever calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

Advance = Callable[[int], None]

_TOLD = 20


class Progress(Protocol):
    """Receives stages of known length, and warnings."""

    def stage(self, name: str, total: int) -> AbstractContextManager[Advance]:
        """Open a stage of `total` steps; the context gives ``advance(n)``."""

    def warn(self, message: str) -> None:
        """Tell the user something that does not stop the work."""


class Silent:
    """Progress that nobody watches; warnings are kept in `warnings`."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Do nothing with the steps."""
        yield lambda n: None

    def warn(self, message: str) -> None:
        """Keep the warning."""
        self.warnings.append(message)


@dataclass
class Recorder:
    """Progress that is passed on, and whose stages' seconds and warnings go into a report.

    Attributes
    ----------
    progress : Progress
        Whom it is passed on to.
    seconds : dict of str to float
        What each stage that ended took, by the clock; of stages of one name, the last.
    warnings : list of str
        In their order.
    """

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Pass the stage on, and take its time."""
        start = time.monotonic()
        with self.progress.stage(name, total) as advance:
            yield advance
        self.seconds[name] = round(time.monotonic() - start, 3)

    def warn(self, message: str) -> None:
        """Pass the warning on, and keep it."""
        self.warnings.append(message)
        self.progress.warn(message)

    def tell_some(self, kind: str, things: Sequence[object]) -> None:
        """Warn of the first of many things, and count the rest; the report lists them elsewhere.

        Examples
        --------
        >>> watched = Silent()
        >>> Recorder(watched).tell_some("skipped", [f"{n}.mp3: is empty" for n in range(30)])
        >>> watched.warnings[0], watched.warnings[-1]
        ('skipped 0.mp3: is empty', 'skipped 10 more')
        """
        for thing in things[:_TOLD]:
            self.progress.warn(f"{kind} {thing}")
        if len(things) > _TOLD:
            self.progress.warn(f"{kind} {len(things) - _TOLD} more")


@dataclass(frozen=True)
class Renamed:
    """Progress that is passed on with other names of stages.

    Attributes
    ----------
    progress : Progress
    suffix : str
        What is put after every name, such as ": model-1".
    """

    progress: Progress
    suffix: str

    def stage(self, name: str, total: int) -> AbstractContextManager[Advance]:
        """Pass the stage on."""
        return self.progress.stage(name + self.suffix, total)

    def warn(self, message: str) -> None:
        """Pass the warning on."""
        self.progress.warn(message)
