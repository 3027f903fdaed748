"""Patches of a block of frames inside an ONNX graph, and what they share computed once.

Every patch is padded with zeros before a convolution, so its first and last few frames differ
from the same frames inside its neighbours. Those are computed for each patch apart; all others
are taken from one convolution of the whole block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.export.onnx_branches import Branch
from essentia_ldl.export.onnx_fourier import is_worth_it, maxima_by_spectra
from essentia_ldl.export.onnx_nodes import CHANNELS_AT_A_TIME, GraphWriter, integers
from essentia_ldl.export.onnx_norms import Affine
from essentia_ldl.zoo.frontends import FrontEnd


@dataclass(frozen=True)
class Patches:
    """The patches that begin in a block of frames.

    Attributes
    ----------
    front_end : FrontEnd
        Their size, and the frames from one to the next.
    block : str
        Tensor of shape (n_frames, n_bands).
    starts : str
        Tensor of shape (n_patches, 1): the first frame of each.
    """

    front_end: FrontEnd
    block: str
    starts: str

    @classmethod
    def of(cls, graph: GraphWriter, block: str, front_end: FrontEnd) -> Patches:
        """Find the whole patches of a block; what is left after the last one is dropped."""
        n_frames = graph.add("Gather", graph.add("Shape", block), np.int64(0))
        hop = np.int64(front_end.patch_hop_size)
        behind_first = graph.add("Sub", n_frames, np.int64(front_end.patch_size))
        n_patches = graph.add("Add", graph.add("Div", behind_first, hop), np.int64(1))
        numbers = graph.add("Range", np.int64(0), n_patches, np.int64(1))
        starts = graph.add("Mul", graph.add("Unsqueeze", numbers, integers(1)), hop)
        return cls(front_end, block, starts)

    def scaled(self, graph: GraphWriter, scaling: Affine) -> Patches:
        """Return the patches of the scaled block."""
        block = graph.add("Add", graph.add("Mul", self.block, scaling.scale), scaling.shift)
        return Patches(self.front_end, block, self.starts)

    def rows(self, graph: GraphWriter, values: str, begin: int, end: int) -> str:
        """Take the frames from `begin` to `end` of each patch.

        Parameters
        ----------
        graph : GraphWriter
        values : str
            Tensor of shape (n_frames, n_values): the block, or what was made of each of its frames.
        begin, end : int
            Counted from the patch's first frame.

        Returns
        -------
        str
            Tensor of shape (n_patches, end - begin, n_values).
        """
        places = graph.add("Add", self.starts, np.arange(begin, end, dtype=np.int64)[None])
        return graph.add("Gather", values, places, axis=0)


def branch_of_patches(graph: GraphWriter, patches: Patches, branch: Branch) -> str:
    """Compute a branch of every patch, sharing between them what is worth it.

    Parameters
    ----------
    graph : GraphWriter
    patches : Patches
        Scaled as the branch takes them.
    branch : Branch

    Returns
    -------
    str
        Tensor of shape (n_patches, patch_size, n_filters), or with the last two exchanged where
        that is how the branch gives them.
    """
    if is_shared(branch, patches.front_end):
        maxima = _shared_maxima(graph, patches, branch)
    else:
        maxima = _maxima_of_part(graph, patches, branch, 0, patches.front_end.patch_size)
    features = branch.norm.of_rectified(graph, maxima, ())
    return features if branch.filters_last else graph.add("Transpose", features, perm=[0, 2, 1])


def is_shared(branch: Branch, front_end: FrontEnd) -> bool:
    """Whether one convolution of the block, with the patches' edges apart, is less work."""
    reach = branch.convolution.before + branch.convolution.after
    return front_end.patch_hop_size + reach < front_end.patch_size


def _shared_maxima(graph: GraphWriter, patches: Patches, branch: Branch) -> str:
    before, after = branch.convolution.before, branch.convolution.after
    size, reach = patches.front_end.patch_size, before + after
    whole = _maxima_of_block(graph, patches.block, branch)
    # A convolution without padding numbers its frames from the first that it reaches whole.
    parts = [patches.rows(graph, whole, 0, size - reach)]
    if before:
        parts.insert(0, _maxima_of_part(graph, patches, branch, 0, reach))
    if after:
        parts.append(_maxima_of_part(graph, patches, branch, size - reach, size))
    return graph.add("Concat", *parts, axis=1)


def _maxima_of_block(graph: GraphWriter, block: str, branch: Branch) -> str:
    """Compute the maxima of all frames that the kernel reaches whole: (frames, filters)."""
    convolution, signs = branch.convolution, branch.norm.signs
    if is_worth_it(convolution):
        kernel = signs[:, None, None] * convolution.kernel
        maxima = maxima_by_spectra(graph, block, kernel, convolution.width)
        return graph.add("Add", maxima, signs * convolution.bias)
    image = graph.add("Unsqueeze", block, integers(0, 1))
    return graph.add("Squeeze", _maxima(graph, image, branch, 0, 0), integers(0))


def _maxima_of_part(
    graph: GraphWriter, patches: Patches, branch: Branch, begin: int, end: int
) -> str:
    """Compute the maxima from these frames of each patch alone, padded where the patch is."""
    image = graph.add("Unsqueeze", patches.rows(graph, patches.block, begin, end), integers(1))
    before = branch.convolution.before if begin == 0 else 0
    after = branch.convolution.after if end == patches.front_end.patch_size else 0
    return _maxima(graph, image, branch, before, after)


def _maxima(graph: GraphWriter, image: str, branch: Branch, before: int, after: int) -> str:
    """Convolve, maximum over all bands: (n, 1, frames, bands) to (n, frames, filters)."""
    convolution, signs = branch.convolution, branch.norm.signs
    kernel = _whole_blocks(signs[:, None, None] * convolution.kernel)[:, None]
    bias = _whole_blocks(signs * convolution.bias)
    convolved = graph.add("Conv", image, kernel, bias, pads=[before, 0, after, 0])
    pooled = graph.add("MaxPool", convolved, kernel_shape=[1, convolution.width])
    maxima = graph.add("Transpose", graph.add("Squeeze", pooled, integers(3)), perm=[0, 2, 1])
    return graph.add("Slice", maxima, integers(0), integers(len(signs)), integers(2))


def _whole_blocks(filters: NDArray[np.float32]) -> NDArray[np.float32]:
    missing = -len(filters) % CHANNELS_AT_A_TIME
    return np.concatenate([filters, np.zeros((missing, *filters.shape[1:]), np.float32)])
