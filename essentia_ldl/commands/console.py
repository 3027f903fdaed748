"""What the command line writes to the terminal: progress, warnings, errors."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from essentia_ldl.progress import Advance, Progress

# Results go to standard output and everything about the work to standard error, so that
# a result can be piped.
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)

_SECONDS_BETWEEN_LINES = 10.0


def show_error(error: Exception) -> None:
    """Write one line that says what went wrong."""
    err.print(Text("error: ", style="bold red") + Text(str(error)))


class Bars:
    """Progress bars with the time left, for a terminal."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Draw a bar until the stage ends."""
        columns = (
            TextColumn("{task.description:<27}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )
        with RichProgress(*columns, console=err) as bars:
            task = bars.add_task(name, total=total)
            yield lambda n: bars.advance(task, n)

    def warn(self, message: str) -> None:
        """Write the warning above the bars."""
        _warn(message)


class Lines:
    """Progress as a line every ten seconds, for a log file or a pipe."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Write how far the stage is and how long it still takes."""
        start = last = time.monotonic()
        done = 0

        def advance(n: int) -> None:
            nonlocal done, last
            done += n
            now = time.monotonic()
            if now - last >= _SECONDS_BETWEEN_LINES and 0 < done < total:
                last = now
                left = (now - start) / done * (total - done)
                err.print(Text(f"{name}: {done}/{total}, about {left:.0f} s left"))

        err.print(Text(f"{name}: {total} to do" if total else name))
        yield advance
        err.print(Text(f"{name}: {done}/{total} in {time.monotonic() - start:.1f} s"))

    def warn(self, message: str) -> None:
        """Write the warning on a line of its own."""
        _warn(message)


def _warn(message: str) -> None:
    err.print(Text("warning: ", style="yellow") + Text(message))


def console_progress() -> Progress:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()
