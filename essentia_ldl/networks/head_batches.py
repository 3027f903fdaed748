"""What every head sees in every step: the order of its tracks and one patch of each.

Heads with few tracks have fewer steps in an epoch than others, and a shorter last batch. Every
array here is padded to the longest head and the largest batch, and says what is padding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int32]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Epoch:
    """One epoch of every head.

    Attributes
    ----------
    patches : np.ndarray [shape=(n_steps, n_heads, batch_size)], int32
        Positions in the patches of all tracks laid end to end; 0 where padded.
    rows : np.ndarray [shape=(n_steps, n_heads, batch_size)], int32
        Positions in the targets of all heads laid end to end; 0 where padded.
    """

    patches: IntArray
    rows: IntArray


class HeadBatches:
    """Shuffles each head's tracks and draws one random patch of each, epoch after epoch.

    Parameters
    ----------
    trains : sequence of np.ndarray [shape=(n_h,)], int
        Each head's training tracks.
    seeds : sequence of np.random.SeedSequence
        Each head's randomness; what a head draws does not depend on the other heads.
    n_patches : np.ndarray [shape=(n_tracks,)], int
        Patches of every track.
    batch_size : int

    Attributes
    ----------
    steps : np.ndarray [shape=(n_heads,)]
        Steps that each head makes in an epoch.
    weights : np.ndarray [shape=(n_steps, n_heads, batch_size)], float32
        1 / (samples in the batch) for a sample and 0 for padding, so that a sum is the mean.
    """

    def __init__(
        self,
        trains: Sequence[NDArray[np.int64]],
        seeds: Sequence[np.random.SeedSequence],
        n_patches: NDArray[np.int64],
        batch_size: int,
    ) -> None:
        sizes = np.array([len(train) for train in trains])
        self.steps: NDArray[np.int64] = -(-sizes // batch_size)
        self._batch_size = batch_size
        self._trains = trains
        self._generators = [np.random.default_rng(seed) for seed in seeds]
        self._n_patches = n_patches
        self._first_patch = np.cumsum(n_patches) - n_patches
        self._first_row = np.cumsum(sizes) - sizes

        position = np.arange(self.steps.max() * batch_size)
        is_sample = self._by_step(position < sizes[:, None])
        in_batch = is_sample.sum(axis=-1, keepdims=True)
        self.weights: NDArray[np.float32] = (is_sample / np.maximum(in_batch, 1)).astype(np.float32)

    def draw(self) -> Epoch:
        """Draw the next epoch."""
        shape = len(self._trains), int(self.steps.max()) * self._batch_size
        patches, rows = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        for head, (train, generator) in enumerate(zip(self._trains, self._generators, strict=True)):
            order = generator.permutation(len(train))
            tracks = train[order]
            within = generator.integers(self._n_patches[tracks])
            patches[head, : len(train)] = self._first_patch[tracks] + within
            rows[head, : len(train)] = self._first_row[head] + order
        return Epoch(self._by_step(patches), self._by_step(rows))

    def _by_step(self, per_head: NDArray[Value]) -> NDArray[Value]:
        """[n_heads, n_steps * batch_size] -> [n_steps, n_heads, batch_size]."""
        split = per_head.reshape(len(per_head), -1, self._batch_size)
        return np.ascontiguousarray(split.swapaxes(0, 1))
