"""How the package tells what it is doing: one small interface, drawn by whoever calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]


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
