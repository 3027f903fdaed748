"""Maxima of convolutions by way of spectra, compared with the convolution as it is defined."""

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.export.onnx_convolution import Convolution
from essentia_ldl.export.onnx_fourier import is_worth_it, maxima_by_spectra
from essentia_ldl.export.onnx_nodes import GraphWriter

Values = NDArray[np.float32]


def _by_definition(block: Values, kernel: Values) -> Values:
    places = np.lib.stride_tricks.sliding_window_view(block.astype(np.float64), kernel.shape[1:])
    convolved = np.einsum("tfij,cij->tfc", places, kernel.astype(np.float64))
    return np.asarray(convolved.max(axis=1), dtype=np.float32)


def _by_spectra(block: Values, kernel: Values, width: int) -> Values:
    writer = GraphWriter()
    writer.name_output(maxima_by_spectra(writer, "block", kernel, width), "maxima")
    model = writer.model({"block": ["n", block.shape[1]]}, {"maxima": ["m", len(kernel)]})
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"block": block})[0])


@settings(max_examples=40)
@given(
    kernel_frames=st.integers(1, 5),
    kernel_bands=st.integers(1, 12),
    width=st.integers(1, 13),
    n_maxima=st.sampled_from([1, 2, 31, 32, 33, 64, 65, 100]),
    seed=st.integers(0, 99),
)
def test_spectra_give_the_convolution(
    kernel_frames: int, kernel_bands: int, width: int, n_maxima: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    kernel = rng.standard_normal((3, kernel_frames, kernel_bands)).astype(np.float32)
    shape = n_maxima + kernel_frames - 1, kernel_bands + width - 1
    block = (3 + rng.standard_normal(shape)).astype(np.float32)
    maxima = _by_spectra(block, kernel, width)
    assert len(maxima) >= n_maxima
    expected = _by_definition(block, kernel)
    scale = float(np.abs(kernel).sum(axis=(1, 2)).max())
    np.testing.assert_allclose(maxima[:n_maxima], expected, rtol=0, atol=1e-5 * scale)


def test_several_fit_into_one_graph(rng: np.random.Generator) -> None:
    writer = GraphWriter()
    block = rng.standard_normal((50, 20)).astype(np.float32)
    kernels = [rng.standard_normal((4, 3, bands)).astype(np.float32) for bands in (8, 13)]
    for number, kernel in enumerate(kernels):
        maxima = maxima_by_spectra(writer, "block", kernel, 21 - kernel.shape[2])
        writer.name_output(maxima, f"maxima_{number}")
    outputs: dict[str, list[str | int]] = {f"maxima_{n}": ["m", 4] for n in range(2)}
    session = onnxruntime.InferenceSession(
        writer.model({"block": ["n", 20]}, outputs), providers=["CPUExecutionProvider"]
    )
    for maxima, kernel in zip(session.run(None, {"block": block}), kernels, strict=True):
        np.testing.assert_allclose(maxima[:48], _by_definition(block, kernel), rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("frames", "bands", "width", "worth"),
    [
        (7, 38, 59, True),
        (7, 67, 30, True),
        (128, 1, 96, False),
        (3, 3, 94, False),
        (7, 96, 1, False),
    ],
)
def test_only_kernels_of_many_bands_are_worth_it(
    frames: int, bands: int, width: int, worth: bool
) -> None:
    kernel = np.zeros((2, frames, bands), np.float32)
    assert is_worth_it(Convolution(kernel, kernel[:, 0, 0], 0, frames - 1, width)) is worth
