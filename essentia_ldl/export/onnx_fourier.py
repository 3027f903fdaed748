"""Maxima over all bands of a convolution, by way of its Fourier transform along the bands.

A correlation with a kernel of many bands is cheaper as a product of spectra: n bands have
n // 2 + 1 frequencies, and at each the kernel is one complex number a frame. MusiCNN's timbral
kernels of 7 x 38 and 7 x 67 values take a quarter and a fifth of the multiplications so. The
image is as wide as the kernel and the places that it takes together, less one: nothing wraps
round, and the result is the convolution's, to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.export.onnx_convolution import Convolution
from essentia_ldl.export.onnx_nodes import GraphWriter, integers

Values = NDArray[np.float32]

# So few frames at once that their spectra stay in the processor's cache: in blocks of 1500
# frames, this takes as long as the plain convolution, and in pieces of 16 to 64 half as long.
_FRAMES_AT_ONCE = 32


@dataclass(frozen=True)
class _Matrices:
    """What spectra are multiplied by, in real numbers.

    Places along the bands are counted from the middle one: the even part of the result is equal
    on both sides and its odd part opposite, so that the greater value of two opposite places is
    the even part plus the odd part's magnitude.

    Attributes
    ----------
    analysis : np.ndarray [shape=(n_bands, 2 * n_frequencies)]
        From bands to spectra; real and imaginary part of a frequency beside each other.
    real, imaginary : np.ndarray [shape=(n_frequencies, 2 * kernel_frames, n_filters)]
        The kernel's spectra: from those of as many frames to either part of the result's.
    even, odd : np.ndarray [shape=(ceil(n_places / 2), n_frequencies)]
        From these to the even and odd part of the result at the places from the middle on.
    """

    analysis: Values
    real: Values
    imaginary: Values
    even: Values
    odd: Values

    @classmethod
    def of(cls, kernel: Values, width: int) -> _Matrices:
        n_filters, _, kernel_bands = kernel.shape
        n_bands = kernel_bands + width - 1
        frequencies = np.arange(n_bands // 2 + 1)
        angles = 2 * np.pi * frequencies / n_bands
        middle = (width - 1) / 2
        phases = np.outer(np.arange(n_bands) - middle, angles)
        turns = np.exp(1j * np.outer(np.arange(kernel_bands), angles))
        spectra = np.einsum("ctb,bk->ktc", kernel, turns)
        # (a + bi) (c + di), where a and b are rows and c + di the kernel.
        real = np.stack([spectra.real, -spectra.imag], axis=2)
        imaginary = np.stack([spectra.imag, spectra.real], axis=2)
        # All frequencies but the first and the middle one stand for their mirror image too.
        weights = np.where(np.isin(2 * frequencies, (0, n_bands)), 1, 2) / n_bands
        places = np.outer(np.arange(width)[width // 2 :] - middle, angles)
        matrices = (
            np.stack([np.cos(phases), -np.sin(phases)], axis=2).reshape(n_bands, -1),
            real.reshape(len(frequencies), -1, n_filters),
            imaginary.reshape(len(frequencies), -1, n_filters),
            weights * np.cos(places),
            -weights * np.sin(places),
        )
        return cls(*(values.astype(np.float32) for values in matrices))


def is_worth_it(convolution: Convolution) -> bool:
    """Whether this takes less than half of the plain convolution's multiplications.

    Examples
    --------
    >>> nothing = np.zeros(1, np.float32)
    >>> tall, long = np.zeros((1, 7, 38), np.float32), np.zeros((1, 64, 1), np.float32)
    >>> is_worth_it(Convolution(tall, nothing, 3, 3, width=59))
    True
    >>> is_worth_it(Convolution(long, nothing, 31, 32, width=96))
    False
    """
    _, n_frames, n_bands = convolution.kernel.shape
    width = convolution.width
    n_frequencies = (n_bands + width - 1) // 2 + 1
    products = (4 * n_frames + 2 * -(-width // 2)) * n_frequencies
    return bool(2 * products < n_frames * n_bands * width)


def maxima_by_spectra(graph: GraphWriter, block: str, kernel: Values, width: int) -> str:
    """Convolve a block of frames without padding, and take the maximum over all bands.

    Parameters
    ----------
    graph : GraphWriter
    block : str
        Tensor of shape (n_frames, n_bands).
    kernel : np.ndarray [shape=(n_filters, kernel_frames, kernel_bands)]
    width : int
        Places that the kernel takes along the bands: n_bands - kernel_bands + 1.

    Returns
    -------
    str
        Tensor of shape (n, n_filters) with n at least n_frames - kernel_frames + 1; what is
        behind that many rows is of no use.
    """
    n_filters, kernel_frames, kernel_bands = kernel.shape
    n_rows = _FRAMES_AT_ONCE + kernel_frames - 1
    body = graph.body()
    maxima = _maxima_of_piece(body, "frames", kernel_frames, _Matrices.of(kernel, width))
    pieces = graph.add(
        "Scan",
        _pieces(graph, block, n_rows),
        body=body.graph(
            {"frames": [n_rows, kernel_bands + width - 1]}, {maxima: [_FRAMES_AT_ONCE, n_filters]}
        ),
        num_scan_inputs=1,
    )
    return graph.add("Reshape", pieces, integers(-1, n_filters))


def _pieces(graph: GraphWriter, block: str, n_rows: int) -> str:
    """Cut a block into overlapping pieces, the last filled up with zeros: (n, n_rows, bands)."""
    overlap, step = integers(n_rows - _FRAMES_AT_ONCE), integers(_FRAMES_AT_ONCE)
    n_frames = graph.add("Shape", block, end=1)
    n_inner = graph.add("Sub", n_frames, overlap)
    n_pieces = graph.add("Div", graph.add("Add", n_inner, step - 1), step)
    n_needed = graph.add("Add", graph.add("Mul", n_pieces, step), overlap)
    behind = graph.add("Sub", n_needed, n_frames)
    filled = graph.add(
        "Pad", block, graph.add("Concat", integers(0, 0), behind, integers(0), axis=0)
    )
    numbers = graph.add("Range", np.int64(0), graph.add("Squeeze", n_pieces), np.int64(1))
    starts = graph.add("Mul", graph.add("Unsqueeze", numbers, integers(1)), step)
    rows = graph.add("Add", starts, np.arange(n_rows, dtype=np.int64)[None])
    return graph.add("Gather", filled, rows, axis=0)


def _maxima_of_piece(
    graph: GraphWriter, frames: str, kernel_frames: int, matrices: _Matrices
) -> str:
    """From a piece's frames to its maxima, of shape (_FRAMES_AT_ONCE, n_filters)."""
    n_frequencies, _, n_filters = matrices.real.shape
    spectra = graph.add("Transpose", graph.add("MatMul", frames, matrices.analysis), perm=[1, 0])
    parts = graph.add("Reshape", spectra, integers(n_frequencies, 2, -1))
    shifted = [
        graph.add("Slice", parts, integers(first), integers(first + _FRAMES_AT_ONCE), integers(2))
        for first in range(kernel_frames)
    ]
    windows = graph.add("Transpose", graph.add("Concat", *shifted, axis=1), perm=[0, 2, 1])

    def synthesised(product: Values, synthesis: Values) -> str:
        found = graph.add("MatMul", windows, product)
        return graph.add(
            "MatMul", synthesis, graph.add("Reshape", found, integers(n_frequencies, -1))
        )

    even = synthesised(matrices.real, matrices.even)
    odd = synthesised(matrices.imaginary, matrices.odd)
    greater = graph.add("Add", even, graph.add("Abs", odd))
    maxima = _maximum_of_rows(graph, greater, len(matrices.even))
    return graph.add("Reshape", maxima, integers(-1, n_filters))


def _maximum_of_rows(graph: GraphWriter, values: str, n_rows: int) -> str:
    """Take the maximum over the first axis, in two steps where it can be halved.

    onnxruntime takes several times longer over 30 long rows than over twice 15.
    """
    if n_rows % 2 == 0:
        halves = graph.add("Reshape", values, integers(2, n_rows // 2, -1))
        values = graph.add("ReduceMax", halves, integers(1), keepdims=0)
    return graph.add("ReduceMax", values, integers(0), keepdims=0)
