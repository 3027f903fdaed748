"""Pairs that are ruled out are far, whatever the points."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.labels import _lmnn_screening
from essentia_ldl.labels._lmnn_kernels import to_single
from essentia_ldl.labels._lmnn_screening import Screening, Workspace
from tests.labels.lmnn_problems import Array

Mask = NDArray[np.bool_]


def close_pairs(Z: Array, widest: Array, y: NDArray[Any]) -> Mask:
    """Mark pairs of different classes that are closer than one of them reaches."""
    distances = np.square(Z[:, None] - Z).sum(axis=-1)
    close: Mask = distances < np.maximum(widest[:, None], widest)
    return close & (y[:, None] < y)


def listed_pairs(screening: Screening, n: int) -> Mask:
    """Mark the pairs that are listed, each once and in order."""
    listed: Mask = np.zeros((n, n), dtype=bool)
    workspace = Workspace(n)
    for block in range(screening.n_blocks):
        found = screening.candidates(block, workspace)
        for row, columns in enumerate(np.split(found.columns, found.row_starts[1:-1])):
            assert (np.diff(columns) > 0).all()
            assert not listed[found.first_row + row].any()
            listed[found.first_row + row, columns] = True
    return listed


def class_ends(y: NDArray[Any]) -> NDArray[np.int64]:
    return np.searchsorted(y, y, side="right").astype(np.int64)


@settings(max_examples=40)
@given(
    n=st.integers(2, 90),
    m=st.integers(1, 40),
    n_classes=st.integers(1, 8),
    log_size=st.floats(-40, 40),
    log_offset=st.floats(-10, 5),
    log_reach=st.floats(0, 5),
    seed=st.integers(0, 10**6),
)
def test_no_close_pair_is_ruled_out(
    n: int, m: int, n_classes: int, log_size: float, log_offset: float, log_reach: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    y = np.sort(rng.integers(0, n_classes, n))
    Z = 10**log_size * (rng.normal(size=(n, m)) + 10**log_offset)
    widest = 1 + 10**log_reach * rng.random(n)
    screening = Screening(class_ends(y), m)
    screening.update(Z, widest)
    listed = listed_pairs(screening, n)
    assert not (listed & (y[:, None] >= y)).any()
    assert not (close_pairs(Z, widest, y) & ~listed).any()


@pytest.mark.parametrize("outlier", [1e3, 1e15, 1e30, 1e60, 1e150])
def test_one_point_far_away_hides_no_pair_among_the_others(outlier: float) -> None:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 20)
    Z = rng.normal(size=(60, 5))
    Z[7] = outlier
    widest = np.full(60, 2.0)
    screening = Screening(class_ends(y), 5)
    screening.update(Z, widest)
    assert not (close_pairs(Z, widest, y) & ~listed_pairs(screening, 60)).any()


def test_points_that_are_not_numbers_are_listed_with_all() -> None:
    y = np.repeat([0, 1], 5)
    Z = np.random.default_rng(0).normal(size=(10, 3)) * 100
    Z[2] = np.nan
    screening = Screening(class_ends(y), 3)
    screening.update(Z, np.ones(10))
    assert listed_pairs(screening, 10)[2, 5:].all()


def test_nearly_all_far_pairs_are_ruled_out() -> None:
    rng = np.random.default_rng(0)
    y = np.sort(rng.integers(0, 5, 500))
    Z, widest = 3 * rng.normal(size=(500, 8)), 1 + 9 * rng.random(500)
    screening = Screening(class_ends(y), 8)
    screening.update(Z, widest)
    n_close = np.count_nonzero(close_pairs(Z, widest, y))
    assert n_close <= np.count_nonzero(listed_pairs(screening, 500)) < 1.01 * n_close + 5


@pytest.mark.parametrize("shrinkage", [1.0, 0.995, 1.005])
def test_lists_that_are_kept_stay_complete_while_points_move(
    shrinkage: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    n, m = 400, 6
    y = np.sort(rng.integers(0, 4, n))
    Z, widest = 3 * rng.normal(size=(n, m)), 1 + 4 * rng.random(n)
    screening = Screening(class_ends(y), m)
    looked_at: list[int] = []

    def counted(*arguments: Any) -> None:
        looked_at.append(step)
        to_single(*arguments)

    monkeypatch.setattr(_lmnn_screening, "to_single", counted)
    for step in range(60):
        screening.update(Z, widest)
        assert not (close_pairs(Z, widest, y) & ~listed_pairs(screening, n)).any()
        # From steps that are too large for lists to those that leave them for long.
        size = 0.3 * 0.8**step
        Z = shrinkage * Z + size * rng.normal(size=(n, m)) / 10
        widest = 1 + (widest - 1) * shrinkage**2 * (1 + size * rng.random(n) / 10)
    assert looked_at[:3] == [0, 1, 2]
    assert len(looked_at) < 40


@pytest.mark.parametrize(
    ("approach", "growth", "shrinkage"),
    [(0.004, 0, 1), (0, 0.008, 1), (0.002, 0.004, 1), (0, 0.008, 0.998), (0.004, 0.004, 1.002)],
)
def test_lists_that_are_kept_foresee_the_steadiest_approach(
    approach: float, growth: float, shrinkage: float
) -> None:
    # 256 pairs of points, each pair alone at a place of a grid, from close to nearly close.
    places = 3.0 * np.stack(np.meshgrid(*[np.arange(4) - 1.5] * 4), axis=-1).reshape(256, 4)
    gaps = np.linspace(0.9, 2, 256)[:, None] * [1, 0, 0, 0]
    y = np.repeat([0, 1], 256)
    Z = np.concatenate([places - gaps / 2, places + gaps / 2])
    screening = Screening(class_ends(y), 4)
    n_close = []
    for step in range(30):
        widest = np.full(512, (1 + growth * step) ** 2)
        screening.update(Z, widest)
        close = close_pairs(Z, widest, y)
        assert not (close & ~listed_pairs(screening, 512)).any()
        n_close.append(np.count_nonzero(close))
        Z = shrinkage * Z + approach * np.outer(1 - 2 * y, [1, 0, 0, 0])
    assert n_close[-1] > 2 * n_close[0]


def test_blocks_cover_every_pair_once(monkeypatch: pytest.MonkeyPatch) -> None:
    y = np.repeat(np.arange(7), [1, 5, 2, 9, 1, 1, 4])
    Z = np.zeros((23, 2))
    expected = close_pairs(Z, np.ones(23), y)
    for block in (1, 7, 50, 10**6):
        monkeypatch.setattr(_lmnn_screening, "_BLOCK", block)
        screening = Screening(class_ends(y), 2)
        screening.update(Z, np.ones(23))
        np.testing.assert_array_equal(listed_pairs(screening, 23), expected)
    assert screening.n_blocks == 1
