"""Progress that tests can look at."""

from collections.abc import Iterator
from contextlib import contextmanager

from essentia_ldl.progress import Advance, Silent


class Recorder(Silent):
    """Keeps each stage's name, length and steps in `stages`, and the names of those that ended."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: list[tuple[str, int, list[int]]] = []
        self.ended: list[str] = []

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        steps: list[int] = []
        self.stages.append((name, total, steps))
        try:
            yield steps.append
        finally:
            self.ended.append(name)
