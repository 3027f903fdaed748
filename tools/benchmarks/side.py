"""A side of a comparison: a process of its own, asked in turns."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, TypeVar

from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.workers import KEPT_MEMORY
from tools.benchmarks import memory
from tools.benchmarks.clock import Failure, Measured, Run

T = TypeVar("T")

_ROOT = Path(__file__).resolve().parents[2]
_LIBRARIES = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMBA", "NUMEXPR")
# What libraries read when they are loaded; all else about them stays as it is by default. Memory is
# kept between calls, by both sides, as this package's workers keep it.
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in _LIBRARIES} | {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
}


class SideDiedError(EssentiaLDLError):
    """A side's process that ended in the middle of its work."""


def environment() -> dict[str, str]:
    """Environment in which Python finds this checkout's modules."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


class Side:
    """A fresh process that lives until the comparison ends, with one thread in every library.

    Nothing was imported in it before its first call, and no other side's memory is in it, so that
    two libraries that cannot share a process can be compared, and the peak is its own. What a
    function leaves in its module (a cached model) is there for the next call.

    Parameters
    ----------
    name : str
        What the table calls it.

    Examples
    --------
    >>> with Side("the builtin") as side:
    ...     side.call(sum, [1, 2]).value
    3
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._baseline = 0
        self._peak = 0
        self._connection, theirs = Pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tools.benchmarks.serve", str(theirs.fileno())],
                env=environment() | _ONE_THREAD | KEPT_MEMORY,
                pass_fds=[theirs.fileno()],
            )
        finally:
            theirs.close()

    @property
    def peak(self) -> int:
        """Most bytes that the process has held."""
        return self._peak

    @property
    def peak_above(self) -> int:
        """Most bytes beyond what `prepare` had left it with."""
        return max(0, self._peak - self._baseline)

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> Run:
        """Import and load what the work needs, and return what that cost.

        What the process holds then is its baseline.
        """
        run = self.call(function, *arguments).run
        self.call(memory.reset_peak)
        self._peak = 0
        self._baseline = self.call(memory.resident).value
        return run

    def call(self, function: Callable[..., T], *arguments: Any) -> Measured[T]:
        """Run a function of some module in the process, and measure it.

        Raises
        ------
        SideDiedError
            If the process dies.
        Exception
            Whatever the function raises.
        """
        try:
            self._connection.send((function, arguments))
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            code = self._process.wait()
            raise SideDiedError(
                f"its process ended in the middle of its work, with exit code {code}",
                subject=self.name,
                remedy="it may have been killed for lack of memory; PYTHONFAULTHANDLER=1 shows "
                "its last words",
            ) from error
        if isinstance(answer, Failure):
            raise answer.error from RuntimeError(f"in the side's process:\n{answer.trace}")
        self._peak = max(self._peak, answer.peak)
        measured: Measured[T] = answer
        return measured

    def close(self) -> None:
        """Stop the process, whatever it is doing."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Side:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()
