"""What a network is fed with: patches of mel bands, or what convolutions made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.networks.task import TrainingTask, seed_sequence
from essentia_ldl.zoo.frontends import MUSICNN

Array = NDArray[np.float32]


class Inputs(Protocol):
    """Rows of a network's input, of every track of a collection."""

    @property
    def n_patches(self) -> NDArray[np.int64]:
        """Patches of every track that training may draw, [shape=(n_tracks,)]."""

    def rows(self, tracks: NDArray[np.int64], patches: NDArray[np.int64]) -> Array:
        """The input for one patch of each of some tracks, [shape=(n, ...)]."""

    def track(self, track: int) -> Array:
        """The input for the patches that Essentia cuts a track into, [shape=(n_patches, ...)]."""


@dataclass(frozen=True, eq=False)
class MelPatches:
    """Patches of 187 x 96, cut from mel bands when they are asked for.

    Parameters
    ----------
    bands : sequence of np.ndarray [shape=(n_frames_i, 96)], float16
        At least 187 frames of each track.
    hop : int
        Frames from one patch that training may draw to the next.

    Examples
    --------
    >>> patches = MelPatches([np.zeros((300, 96), np.float16)], hop=1)
    >>> patches.n_patches, patches.rows(np.array([0]), np.array([113])).shape
    (array([114]), (1, 187, 96))
    >>> patches.track(0).shape
    (2, 187, 96)
    """

    bands: Sequence[NDArray[np.float16]]
    hop: int

    @property
    def n_patches(self) -> NDArray[np.int64]:
        """Patches of every track that training may draw."""
        return np.array([_n_patches(bands, self.hop) for bands in self.bands], np.int64)

    def rows(self, tracks: NDArray[np.int64], patches: NDArray[np.int64]) -> Array:
        """One patch of each of some tracks, [shape=(n, 187, 96)]."""
        cut = [
            _patch(self.bands[track], patch * self.hop)
            for track, patch in zip(tracks, patches, strict=True)
        ]
        return np.stack(cut).astype(np.float32)

    def track(self, track: int) -> Array:
        """The patches that Essentia cuts a track into, [shape=(n_patches, 187, 96)]."""
        bands, hop = self.bands[track], MUSICNN.patch_hop_size
        cut = [_patch(bands, index * hop) for index in range(_n_patches(bands, hop))]
        return np.stack(cut).astype(np.float32)


@dataclass(frozen=True, eq=False)
class PatchFeatures:
    """Features of the patches that Essentia cuts every track into.

    Parameters
    ----------
    features : sequence of np.ndarray [shape=(n_patches_i, n_values)], float32
    """

    features: Sequence[Array]

    @property
    def n_patches(self) -> NDArray[np.int64]:
        """Patches of every track."""
        return np.array([len(track) for track in self.features], np.int64)

    def rows(self, tracks: NDArray[np.int64], patches: NDArray[np.int64]) -> Array:
        """Features of one patch of each of some tracks, [shape=(n, n_values)]."""
        return np.stack([self.features[i][j] for i, j in zip(tracks, patches, strict=True)])

    def track(self, track: int) -> Array:
        """Features of all patches of a track, [shape=(n_patches, n_values)]."""
        return self.features[track]


def draw_epoch(
    task: TrainingTask, inputs: Inputs, epoch: int, batch_size: int
) -> Iterator[tuple[Array, Array]]:
    """One epoch's batches: every track once, in random order, by one random patch.

    What is drawn depends on the task's key and the epoch alone, so that training can go on from
    any epoch. Batches are as equal as can be: batch norm learns nothing from a last one of one.

    Parameters
    ----------
    task : TrainingTask
    inputs : Inputs
    epoch : int
    batch_size : int
        Samples of a batch at most.

    Yields
    ------
    inputs : np.ndarray [shape=(n, ...)]
    targets : np.ndarray [shape=(n, n_classes)]
    """
    generator = np.random.default_rng(seed_sequence((*task.key, epoch)))
    order = generator.permutation(len(task.train))
    tracks = task.train[order]
    patches = generator.integers(inputs.n_patches[tracks])
    targets = task.targets[order].astype(np.float32)
    for batch in np.array_split(np.arange(len(order)), -(-len(order) // batch_size)):
        yield inputs.rows(tracks[batch], patches[batch]), targets[batch]


def _n_patches(bands: NDArray[np.float16], hop: int) -> int:
    return (len(bands) - MUSICNN.patch_size) // hop + 1


def _patch(bands: NDArray[np.float16], start: int) -> NDArray[np.float16]:
    return bands[start : start + MUSICNN.patch_size]
