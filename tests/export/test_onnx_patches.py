"""Branches of overlapping patches, compared with each patch computed by itself."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.export.onnx_branches import Branch
from essentia_ldl.export.onnx_convolution import Convolution
from essentia_ldl.export.onnx_fourier import is_worth_it
from essentia_ldl.export.onnx_nodes import GraphWriter
from essentia_ldl.export.onnx_norms import Affine
from essentia_ldl.export.onnx_patches import Patches, branch_of_patches, is_shared
from essentia_ldl.zoo.frontends import MUSICNN, FrontEnd

Values = NDArray[np.float32]


def _branch(before: int, after: int, width: int = 6, *, filters_last: bool = True) -> Branch:
    rng = np.random.default_rng(before + 10 * after + 100 * width)
    n_filters, n_bands = 5, 8
    numbers = (
        rng.standard_normal(shape).astype(np.float32)
        for shape in (
            (n_filters, before + after + 1, n_bands - width + 1),
            *[(n_filters,)] * 3,
        )
    )
    kernel, bias, scale, shift = numbers
    convolution = Convolution(kernel, bias, before, after, width)
    return Branch(convolution, Affine(scale, shift), "", filters_last)


def _by_itself(patch: Values, branch: Branch) -> Values:
    """Pad, convolve, rectify, scale, take the maximum: as the network says, in double precision."""
    padded = np.pad(
        patch.astype(np.float64), ((branch.convolution.before, branch.convolution.after), (0, 0))
    )
    places = np.lib.stride_tricks.sliding_window_view(padded, branch.convolution.kernel.shape[1:])
    convolved = (
        np.einsum("tfij,cij->tfc", places, branch.convolution.kernel.astype(np.float64))
        + branch.convolution.bias
    )
    normed = np.maximum(convolved, 0) * branch.norm.scale + branch.norm.shift
    return np.asarray(normed.max(axis=1), dtype=np.float32)


def _in_a_graph(bands: Values, front_end: FrontEnd, scaling: Affine, branch: Branch) -> Values:
    writer = GraphWriter()
    patches = Patches.of(writer, "bands", front_end).scaled(writer, scaling)
    writer.name_output(branch_of_patches(writer, patches, branch), "features")
    model = writer.model(
        {"bands": ["n_frames", front_end.n_bands]}, {"features": ["n_patches", "a", "b"]}
    )
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"bands": bands})[0])


@settings(max_examples=40)
@given(data=st.data())
def test_sharing_changes_nothing(data: Any) -> None:
    before, after = data.draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    size = data.draw(st.integers(before + after + 1, 14), label="patch size")
    hop = data.draw(st.integers(1, size + 2), label="hop")
    n_patches = data.draw(st.integers(1, 4))
    rest = data.draw(st.integers(0, hop - 1))
    branch = _branch(
        before, after, data.draw(st.integers(1, 8)), filters_last=data.draw(st.booleans())
    )
    front_end = FrontEnd(512, 256, 8, size, hop)
    n_frames = (n_patches - 1) * hop + size + rest
    bands = np.random.default_rng(1).standard_normal((n_frames, 8)).astype(np.float32)
    # With a shift: the zeros of the padding are not those of the scaled patch.
    scaling = Affine(np.full(1, 0.5, np.float32), np.full(1, 2, np.float32))
    features = _in_a_graph(bands, front_end, scaling, branch)
    if not branch.filters_last:
        features = features.transpose(0, 2, 1)
    assert features.shape == (n_patches, size, 5)
    for number, ours in enumerate(features):
        patch = 0.5 * bands[number * hop : number * hop + size] + 2
        np.testing.assert_allclose(ours, _by_itself(patch, branch), rtol=0, atol=1e-4)


def test_sharing_by_spectra_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    kernel, *vectors = (
        rng.standard_normal(shape).astype(np.float32) for shape in ((5, 7, 20), (5,), (5,), (5,))
    )
    bias, scale, shift = vectors
    convolution = Convolution(kernel, bias, 3, 3, width=21)
    assert is_worth_it(convolution)
    branch = Branch(convolution, Affine(scale, shift), "", filters_last=True)
    bands = rng.standard_normal((95, 40)).astype(np.float32)
    scaling = Affine(np.full(1, 0.5, np.float32), np.full(1, 2, np.float32))
    features = _in_a_graph(bands, FrontEnd(512, 256, 40, 30, 13), scaling, branch)
    assert features.shape == (6, 30, 5)
    for number, ours in enumerate(features):
        patch = 0.5 * bands[number * 13 : number * 13 + 30] + 2
        np.testing.assert_allclose(ours, _by_itself(patch, branch), rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("before", "after", "shared"),
    [(3, 3, True), (15, 16, True), (31, 32, True), (63, 64, False)],
)
def test_what_reaches_too_far_is_computed_for_each_patch(
    before: int, after: int, shared: bool
) -> None:
    assert is_shared(_branch(before, after), MUSICNN) is shared
