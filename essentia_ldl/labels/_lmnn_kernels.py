"""The inner loops of LMNN's objective, compiled by numba.

Importing this module compiles them, or loads what an earlier process compiled: a fraction of a
second, and one to three seconds the first time. Numba keeps the compiled code beside this file,
or in the user's cache folder, or where NUMBA_CACHE_DIR says. Where none of them can be written to
(a read-only installation without a home folder), every process compiles for itself; `CACHE_FOLDER`
tells.

Signatures are given, so that there is one compiled form of each function: processes that compile
at the same time write the same files. Pairs of points are visited in the order of their rows,
so sums do not depend on how many pairs were ruled out before.
"""

# ruff: noqa: PLR0917 - calls by position are the cheap ones of compiled functions.

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numba.core.dispatcher import Dispatcher

Function = TypeVar("Function", bound=Callable[..., object])

_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    # Sums over components may be reordered, so that they run in vector registers; comparisons
    # keep their meaning for NaN.
    "fastmath": {"reassoc", "contract", "nsz", "arcp"},
}
_AT_ONCE = 64
# Added to what products in single precision may be wrong by: they underflow below it.
_UNDERFLOW = 2.0**-116


def _compiled(signature: str) -> Callable[[Function], Dispatcher[Function]]:
    def compile_(function: Function) -> Dispatcher[Function]:
        try:
            return numba.njit(signature, cache=True, **_OPTIONS)(function)
        except (RuntimeError, OSError):  # no folder for the cache, or it cannot be written to
            return numba.njit(signature, **_OPTIONS)(function)

    return compile_


@_compiled("f8(f8[:,::1], i4[:,::1], f8[:,::1], f8[:,::1])")
def measure_targets(
    Z: NDArray[np.float64],
    targets: NDArray[np.int32],
    margins: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> float:
    """Compute each point's margins: one more than its target neighbours' squared distances.

    Parameters
    ----------
    Z : np.ndarray [shape=(n_points, n_components)]
    targets : np.ndarray [shape=(n_points, n_neighbors)]
        Rows of `Z`; put in the order of the margins.
    margins : np.ndarray [shape=(n_points, n_neighbors)]
        Written to: the margins, descending.
    sums : np.ndarray [shape=(n_points, n_neighbors + 1)]
        Written to: the sums of a point's first none, one, two ... margins.

    Returns
    -------
    float
        The sum of all the squared distances.
    """
    total = 0.0
    for i in range(targets.shape[0]):
        z = Z[i]
        for t in range(targets.shape[1]):
            target = targets[i, t]
            other = Z[target]
            distance = 0.0
            for c in range(len(z)):
                difference = z[c] - other[c]
                distance += difference * difference
            # Insertion sort: they are nearly in order from the evaluation before. That order shall
            # not show, not even in the last digit: equal ones go by their number.
            place = t
            while place > 0 and (
                margins[i, place - 1] < distance
                or (margins[i, place - 1] == distance and targets[i, place - 1] > target)
            ):
                margins[i, place] = margins[i, place - 1]
                targets[i, place] = targets[i, place - 1]
                place -= 1
            margins[i, place] = distance
            targets[i, place] = target
        sums[i, 0] = 0
        for t in range(targets.shape[1]):
            total += margins[i, t]
            margins[i, t] += 1
            sums[i, t + 1] = sums[i, t] + margins[i, t]
    return total


@_compiled("UniTuple(f8, 2)(f8[:,::1], f8[:,::1])")
def measure_moves(Z: NDArray[np.float64], earlier: NDArray[np.float64]) -> tuple[float, float]:
    """Compare where points are with where they were, apart from a common scale.

    Parameters
    ----------
    Z, earlier : np.ndarray [shape=(n_points, n_components)]

    Returns
    -------
    tuple of float
        The scale that brings `earlier` nearest to `Z`, and the farthest that a point is from
        where the scale alone would have brought it.
    """
    product = square = 0.0
    for i in range(Z.shape[0]):
        z, was = Z[i], earlier[i]
        for c in range(len(z)):
            product += z[c] * was[c]
            square += was[c] * was[c]
    scale = product / square if square > 0 else 1.0
    farthest = 0.0
    for i in range(Z.shape[0]):
        z, was = Z[i], earlier[i]
        distance = 0.0
        for c in range(len(z)):
            difference = z[c] - scale * was[c]
            distance += difference * difference
        farthest = max(farthest, distance)
    return scale, np.sqrt(farthest)


@_compiled("void(f8[:,::1], f8[::1], f8, f4[:,::1], f4[::1], f4[::1])")
def to_single(
    Z: NDArray[np.float64],
    reach: NDArray[np.float64],
    rounding: float,
    single: NDArray[np.float32],
    near: NDArray[np.float32],
    half: NDArray[np.float32],
) -> None:
    """Write down in single precision what `list_candidates` takes.

    All is scaled so that no norm exceeds one: squares of large numbers would overflow.

    Parameters
    ----------
    Z : np.ndarray [shape=(n_points, n_components)]
    reach : np.ndarray [shape=(n_points,)]
        The distance within which others are close to each point.
    rounding : float
        Relative error that is granted to the products.
    single : np.ndarray [shape=(n_points, n_components)]
        Written to: the points.
    near, half : np.ndarray [shape=(n_points,)]
        Written to: half their squared norms, less half the square of `reach` (`near`), or as they
        are (`half`); both less the error.
    """
    norms = np.empty(Z.shape[0])
    largest = 1.0
    for i in range(Z.shape[0]):
        z = Z[i]
        norm = 0.0
        for c in range(len(z)):
            norm += z[c] * z[c]
        norms[i] = norm
        largest = max(largest, norm)
    scale = 1 / np.sqrt(largest)
    for i in range(Z.shape[0]):
        z, written = Z[i], single[i]
        for c in range(len(z)):
            written[c] = np.float32(scale * z[c])
        norm, close = norms[i] / largest, scale * reach[i] * (scale * reach[i])
        error = rounding * (norm + close) + _UNDERFLOW
        near[i] = np.float32((norm - close) / 2 - error)
        half[i] = np.float32(norm / 2 - error)


@_compiled("i8(f4[:,::1], f4[::1], f4[::1], f4[::1], f4[::1], i8[::1], i8, i8[::1], i4[::1])")
def list_candidates(
    products: NDArray[np.float32],
    row_near: NDArray[np.float32],
    row_half: NDArray[np.float32],
    near: NDArray[np.float32],
    half: NDArray[np.float32],
    row_offsets: NDArray[np.int64],
    first_column: int,
    row_starts: NDArray[np.int64],
    columns: NDArray[np.int32],
) -> int:
    """List the pairs of points that are not far apart, as their scalar products tell.

    The pair of row r and column c is far where
    ``products[r, c] <= min(row_near[r] + half[c], row_half[r] + near[c])``. Products that are not
    numbers tell nothing: their pair is listed.

    Parameters
    ----------
    products : np.ndarray [shape=(n_rows, n_columns)]
        Scalar products of some points with others.
    row_near, row_half : np.ndarray [shape=(n_rows,)]
        Half the squared norms of the points, less half the square of what is close (`row_near`),
        or as they are (`row_half`).
    near, half : np.ndarray [shape=(n_columns,)]
        Likewise of the columns' points.
    row_offsets : np.ndarray [shape=(n_rows,)]
        The first column to look at in each row.
    first_column : int
        The point that column 0 stands for.
    row_starts : np.ndarray [shape=(n_rows + 1,)]
        Written to: where each row's points begin in `columns`.
    columns : np.ndarray [shape=(at least n_rows * n_columns + 1,)]
        Written to: the points listed, ascending in each row.

    Returns
    -------
    int
        The number of pairs listed.
    """
    n_rows, n_columns = products.shape
    count = 0
    for row in range(n_rows):
        row_starts[row] = count
        start = row_offsets[row]
        while start < n_columns:
            stop = min(start + _AT_ONCE, n_columns)
            # Slices of their own let the compiler see that no index wraps around.
            some, some_near, some_half = (
                products[row, start:stop],
                near[start:stop],
                half[start:stop],
            )
            hits = np.int32(0)
            for c in range(len(some)):
                by_row, by_column = row_near[row] + some_half[c], row_half[row] + some_near[c]
                far = by_row if by_row < by_column else by_column
                hits += np.int32(not some[c] <= far)
            # Nearly all pairs are far: most rounds end here.
            if hits > 0:
                for c in range(len(some)):
                    by_row, by_column = row_near[row] + some_half[c], row_half[row] + some_near[c]
                    far = by_row if by_row < by_column else by_column
                    columns[count] = first_column + start + c
                    count += not some[c] <= far
            start = stop
    row_starts[n_rows] = count
    return count


@_compiled(
    "UniTuple(f8, 2)"
    "(i8, i8[::1], i4[::1], f8[:,::1], f8[:,::1], f8[:,::1], f8, f8[:,::1], f8[:,::1])"
)
def push(
    first_row: int,
    row_starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    Z: NDArray[np.float64],
    margins: NDArray[np.float64],
    sums: NDArray[np.float64],
    weight: float,
    reached: NDArray[np.float64],
    forces: NDArray[np.float64],
) -> tuple[float, float]:
    """Sum the hinges of the pairs listed, and what their distances add to the gradient.

    Parameters
    ----------
    first_row : int
        The point that row 0 stands for.
    row_starts, columns
        As from `list_candidates`.
    Z : np.ndarray [shape=(n_points, n_components)]
    margins : np.ndarray [shape=(n_points, n_neighbors)]
        One more than the squared distances of the target neighbours, descending.
    sums : np.ndarray [shape=(n_points, n_neighbors + 1)]
        Of the first none, one, two ... margins.
    weight : float
        Of the push term.
    reached : np.ndarray [shape=(n_points, n_neighbors + 1)]
        Added to: how many points of other classes are within exactly none, one, two ... margins
        (those within none are counted in part).
    forces : np.ndarray [shape=(n_points, n_components)]
        Added to: half the gradient with respect to `Z` of the pairs' squared distances.

    Returns
    -------
    tuple of float
        The sum of the hinges, not weighted, and the number of triplets within their margin.
    """
    hinges = 0.0
    n_active = 0
    close = np.empty(len(Z), np.int32)
    distances = np.empty(len(Z))
    for row in range(len(row_starts) - 1):
        i = first_row + row
        z, widest = Z[i], margins[i, 0]
        n_close = 0
        for position in range(row_starts[row], row_starts[row + 1]):
            j = columns[position]
            other = Z[j]
            distance = 0.0
            for c in range(len(z)):
                difference = z[c] - other[c]
                distance += difference * difference
            close[n_close] = j
            distances[n_close] = distance
            n_close += distance < widest or distance < margins[j, 0]
        row_hinges = 0.0
        for position in range(n_close):
            j, distance = close[position], distances[position]
            within_i = within_j = 0
            for t in range(margins.shape[1]):
                within_i += margins[i, t] > distance
                within_j += margins[j, t] > distance
            reached[i, within_i] += 1
            reached[j, within_j] += 1
            within = within_i + within_j
            n_active += within
            row_hinges += sums[i, within_i] + sums[j, within_j] - within * distance
            other, force_i, force_j = Z[j], forces[i], forces[j]
            for c in range(len(z)):
                force = weight * within * (z[c] - other[c])
                force_i[c] -= force
                force_j[c] += force
        hinges += row_hinges
    return hinges, float(n_active)


@_compiled("void(f8[:,::1], i4[:,::1], f8[:,::1], f8, f8, f8[:,::1])")
def pull(
    Z: NDArray[np.float64],
    targets: NDArray[np.int32],
    reached: NDArray[np.float64],
    pull_weight: float,
    push_weight: float,
    forces: NDArray[np.float64],
) -> None:
    """Add half the gradient with respect to `Z` of the target neighbours' squared distances.

    Each counts `pull_weight`, and `push_weight` for every point of another class within its
    margin.

    Parameters
    ----------
    Z, targets, reached, forces
        As in `measure_targets` and `push`.
    pull_weight, push_weight : float
    """
    for i in range(targets.shape[0]):
        z, force_i = Z[i], forces[i]
        within = 0.0
        for t in range(targets.shape[1] - 1, -1, -1):
            within += reached[i, t + 1]
            weight = pull_weight + push_weight * within
            other, force_j = Z[targets[i, t]], forces[targets[i, t]]
            for c in range(len(z)):
                force = weight * (z[c] - other[c])
                force_i[c] += force
                force_j[c] -= force


# With NUMBA_DISABLE_JIT, they are plain functions.
CACHE_FOLDER: str | None = push.stats.cache_path if hasattr(push, "stats") else None
"""Where numba keeps the compiled code; None where it cannot."""
