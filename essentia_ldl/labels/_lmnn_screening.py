"""Which pairs of points can be impostors at all: nearly all others need not be compared exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels._lmnn_kernels import list_candidates, measure_moves, to_single
from essentia_ldl.labels.base import FloatArray

# Products that are computed at once.
_BLOCK = 2**19
# Lists are to serve for so many evaluations, unless points then have to be listed that are
# farther than they reach by more than this share of it.
_HORIZON = 8
_WIDEST_SKIN = 0.15
# Fewer points are as cheap to list again.
_FEWEST_POINTS = 256
# A list of more of the pairs saves nothing, and takes memory.
_LONGEST_LIST = 1 / 8


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pairs of a block of rows with points of later classes.

    Row r's points, ascending, are ``columns[row_starts[r] : row_starts[r + 1]]``.
    """

    first_row: int
    row_starts: NDArray[np.int64]
    columns: NDArray[np.int32]


class Workspace:
    """Memory that one thread screens in."""

    def __init__(self, n_points: int) -> None:
        size = max(_BLOCK, n_points)
        self.products = np.empty(size, np.float32)
        # A pair is written before it is known whether it counts.
        self.columns = np.empty(size + 1, np.int32)
        self.row_starts = np.empty(n_points + 1, np.int64)


class Screening:
    """Lists the pairs of points that may be closer than one of them reaches.

    A point reaches as far as its widest margin. Two facts rule pairs out, and neither can lose a
    pair that counts:

    - Scalar products in single precision give squared distances up to an error with a known
      bound. What is farther than it reaches by more than that is far.
    - What was farther than it reached by more than a skin is still far while points have come
      closer, and reach farther, by no more than the skin in sum, apart from a common scale (the
      Verlet list of molecular dynamics). Near the optimum points move little, and lists serve for
      many evaluations.

    Parameters
    ----------
    class_ends : np.ndarray [shape=(n_points,)]
        Points are sorted by class; the first point of each point's next class.
    n_components : int
        Dimensions of the space that is looked at.
    """

    def __init__(self, class_ends: NDArray[np.int64], n_components: int) -> None:
        self._class_ends = class_ends
        # Of a scalar product in single precision (N. J. Higham, "Accuracy and Stability of
        # Numerical Algorithms", 2002, section 3.1), and of the few roundings before and after it.
        self._rounding = (n_components + 16) * 2.0**-24
        self._blocks = list(_blocks(class_ends))
        n_points = len(class_ends)
        self._single = np.empty((n_points, n_components), np.float32)
        self._near, self._half = np.empty((2, n_points), np.float32)
        self._kept: dict[int, Candidates] = {}
        self._skin = 0.0
        self._age = 0
        self._earlier: FloatArray | None = None
        self._reach: FloatArray

    @property
    def n_blocks(self) -> int:
        """Blocks of rows that `candidates` can be asked for."""
        return len(self._blocks)

    def update(self, Z: FloatArray, widest: FloatArray) -> None:
        """Look at points that have moved.

        Parameters
        ----------
        Z : np.ndarray [shape=(n_points, n_components)], float64
        widest : np.ndarray [shape=(n_points,)], float64
            The square of how far each point reaches.
        """
        reach = np.sqrt(widest)
        skin = 0.0
        if self._earlier is not None:
            self._age += 1
            scale, farthest = measure_moves(Z, self._earlier)
            closer = 2 * farthest + max((reach - scale * self._reach).max(), 0)
            if self._skin and closer < scale * self._skin * (1 - 1e-6):
                return
            skin = _HORIZON * closer / self._age
        self._skin = float(skin) if skin < _WIDEST_SKIN * np.median(reach) else 0.0
        self._kept.clear()
        if len(Z) >= _FEWEST_POINTS:
            self._earlier, self._reach, self._age = Z, reach, 0
        to_single(Z, reach + self._skin, self._rounding, self._single, self._near, self._half)

    def candidates(self, block: int, workspace: Workspace) -> Candidates:
        """List the pairs of one block of rows.

        Different threads may ask for different blocks.

        Parameters
        ----------
        block : int
            Less than `n_blocks`.
        workspace : Workspace
            The thread's own; the result is valid until it is used again.
        """
        kept = self._kept.get(block)
        if kept is not None:
            return kept
        first, last, column = self._blocks[block]
        shape = last - first, len(self._class_ends) - column
        products = workspace.products[: shape[0] * shape[1]].reshape(shape)
        np.matmul(self._single[first:last], self._single[column:].T, out=products)
        row_starts = workspace.row_starts[: shape[0] + 1]
        count = list_candidates(
            products,
            self._near[first:last],
            self._half[first:last],
            self._near[column:],
            self._half[column:],
            self._class_ends[first:last] - column,
            column,
            row_starts,
            workspace.columns,
        )
        columns = workspace.columns[:count]
        if self._skin and count < _LONGEST_LIST * products.size:
            self._kept[block] = Candidates(first, row_starts.copy(), columns.copy())
        return Candidates(first, row_starts, columns)


def _blocks(class_ends: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Cut the rows that have points of later classes into blocks of about as many pairs.

    Yields
    ------
    tuple of int
        The first row, the row after the last, and the first row's first column.
    """
    n_points = len(class_ends)
    first = 0
    while first < n_points and class_ends[first] < n_points:
        column = int(class_ends[first])
        last = min(first + max(1, _BLOCK // (n_points - column)), n_points)
        yield first, last, column
        first = last
