"""Which tracks must not vouch for each other: one recording, or one artist."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

IntArray = NDArray[np.intp]


def recordings_of(n_tracks: int, pairs: Sequence[tuple[int, int]]) -> IntArray:
    """Number the recordings of tracks of which some pairs are known to be one.

    Copies of a copy are copies. Recordings are numbered in the order of their first tracks.

    Parameters
    ----------
    n_tracks : int
    pairs : sequence of pairs of int
        Tracks with one recording, by index.

    Returns
    -------
    np.ndarray [shape=(n_tracks,)], int

    Examples
    --------
    >>> recordings_of(5, [(1, 3), (3, 4)])
    array([0, 1, 2, 1, 1])
    """
    edges = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (n_tracks, n_tracks))
    return _in_order(connected_components(graph, directed=False)[1])


def units_of(
    codes: IntArray, recordings: IntArray, groups: ArrayLike | None
) -> tuple[IntArray, IntArray]:
    """Number the units that are learned from, or judged, as a whole.

    A unit is a group with all copies of its tracks. Where all of a class is one unit, nothing
    else of the class could vouch for it, and all of it would look wrong: the groups in it are
    taken apart, down to single recordings.

    Parameters
    ----------
    codes : np.ndarray [shape=(n_tracks,)]
        Each track's class, as a number.
    recordings : np.ndarray [shape=(n_tracks,)]
        Each track's recording, as a number.
    groups : array-like [shape=(n_tracks,)], optional
        Each track's group.

    Returns
    -------
    units : np.ndarray [shape=(n_tracks,)], int
    apart : np.ndarray of int
        The classes whose groups were taken apart.

    Examples
    --------
    >>> recordings = np.arange(6)
    >>> units_of(np.array([0, 0, 0, 1, 1, 1]), recordings, ["a", "a", "b", "c", "c", "c"])
    (array([0, 0, 1, 2, 3, 4]), array([1]))
    """
    if groups is None:
        return recordings, np.empty(0, dtype=np.intp)
    numbers = np.unique(np.asarray(groups), return_inverse=True)[1]
    units = _joined(numbers, recordings)
    lone = [code for code in np.unique(codes) if _is_one(units, recordings, codes == code)]
    dissolved = np.isin(numbers, numbers[np.isin(codes, lone)])
    # Each of their tracks becomes a group of its own.
    single = np.where(dissolved, numbers.max() + 1 + np.arange(len(numbers)), numbers)
    return _joined(single, recordings), np.array(lone, dtype=np.intp)


def _is_one(units: IntArray, recordings: IntArray, members: NDArray[np.bool_]) -> bool:
    return len(np.unique(units[members])) == 1 and len(np.unique(recordings[members])) > 1


def _joined(groups: IntArray, recordings: IntArray) -> IntArray:
    """Join what shares a group or a recording."""
    n_groups = int(groups.max()) + 1
    n_nodes = n_groups + int(recordings.max()) + 1
    graph = coo_array(
        (np.ones(len(groups)), (groups, n_groups + recordings)), shape=(n_nodes, n_nodes)
    )
    return _in_order(connected_components(graph, directed=False)[1][groups])


def _in_order(numbers: IntArray) -> IntArray:
    """Number anew in the order of first appearance."""
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.intp)
