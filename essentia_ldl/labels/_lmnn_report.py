"""What a solver of LMNN prints where `verbose` is set."""

from __future__ import annotations

import time


class Report:
    """Prints a line for each iteration: metric-learn's columns, and the time.

    Parameters
    ----------
    verbose : bool
        Whether anything is printed.
    last : int
        The iteration that is the last at the latest.
    """

    def __init__(self, verbose: bool, last: int) -> None:
        self._verbose = verbose
        self._last = last
        self._began = time.perf_counter()
        self._print(
            "iter | objective | objective difference | active constraints | learning rate"
            " | time elapsed | time left at most"
        )

    def iteration(
        self, iteration: int, objective: float, change: float, n_active: int, rate: float = 1.0
    ) -> None:
        """Print an iteration; the first is the start's.

        Parameters
        ----------
        iteration : int
        objective, change : float
            The objective reached, and how far from the one before.
        n_active : int
            Triplets within their margin.
        rate : float
            Length of the next step along the gradient, for solvers that take such.
        """
        elapsed = time.perf_counter() - self._began
        left = elapsed / max(iteration - 1, 1) * (self._last - iteration)
        self._print(
            f"{iteration} {objective} {change} {n_active} {rate} {elapsed:.1f}s {left:.1f}s"
        )

    def end(self, objective: float, shortfall: str) -> None:
        """Print how it ended: at its goal, or short of it."""
        if shortfall:
            self._print(f"LMNN didn't converge: {shortfall}")
        else:
            self._print(f"LMNN converged with objective {objective}")

    def _print(self, text: str) -> None:
        if self._verbose:
            print(text, flush=True)  # noqa: T201
