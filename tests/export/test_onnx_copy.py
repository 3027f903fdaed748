"""Copies of graphs answer as their originals do."""

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray

from essentia_ldl.export.onnx_copy import copy_tensor
from essentia_ldl.export.onnx_nodes import GraphWriter, Nodes

Values = NDArray[np.float32]


def _convolution(rng: np.random.Generator, n_bands: int, width: int) -> bytes:
    """A convolution that is as wide as the image where `width` is `n_bands`."""
    writer = GraphWriter()
    kernel, bias = (
        rng.standard_normal(shape).astype(np.float32) for shape in ((5, 1, 4, width), (5,))
    )
    image = writer.add("Unsqueeze", "x", np.array([1]))
    convolved = writer.add("Conv", image, kernel, bias, pads=[1, 0, 2, 0])
    writer.name_output(writer.add("Relu", convolved), "y")
    return writer.model({"x": ["n", 11, n_bands]}, {"y": ["n", 5, 11, n_bands - width + 1]})


def _copy(content: bytes) -> bytes:
    model = onnx.ModelProto.FromString(content)
    writer = GraphWriter()
    writer.name_output(copy_tensor(Nodes(model), writer, "y", {"x": "x"}), "y")
    n_bands = model.graph.input[0].type.tensor_type.shape.dim[2].dim_value
    return writer.model({"x": ["n", 11, n_bands]}, {"y": ["n", 5, 11, "width"]})


def _run(content: bytes, x: Values) -> Values:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


@pytest.mark.parametrize(("n_bands", "width"), [(16, 16), (21, 21), (21, 20), (21, 1), (1, 1)])
def test_a_copy_answers_alike(rng: np.random.Generator, n_bands: int, width: int) -> None:
    x = rng.standard_normal((3, 11, n_bands)).astype(np.float32)
    original = _convolution(rng, n_bands, width)
    copied = _copy(original)
    np.testing.assert_allclose(_run(copied, x), _run(original, x), rtol=0, atol=1e-5)
    (kernel,) = (
        entry.dims for entry in onnx.ModelProto.FromString(copied).graph.initializer
        if len(entry.dims) == 4
    )  # fmt: skip
    over_time = [5, -(-n_bands // 16) * 16, 1, 4]
    assert list(kernel) == (over_time if width == n_bands else [5, 1, 4, width])


def test_only_what_is_needed_is_copied() -> None:
    writer = GraphWriter()
    one = writer.add("Relu", "x")
    for name in ("y", "z"):
        writer.name_output(one, name)
    nodes = Nodes(onnx.ModelProto.FromString(writer.model({"x": ["n"]}, {"y": ["n"], "z": ["n"]})))
    copy = GraphWriter()
    given = {"x": "frames"}
    copy.name_output(copy_tensor(nodes, copy, "y", given), "y")
    assert copy_tensor(nodes, copy, one, given) == "Relu_0"
    copied = onnx.ModelProto.FromString(copy.model({"frames": ["n"]}, {"y": ["n"]}))
    assert [node.op_type for node in copied.graph.node] == ["Relu", "Identity", "Identity"]


@pytest.mark.parametrize("fused", [True, False])
def test_a_pooling_comes_before_the_norm(rng: np.random.Generator, fused: bool) -> None:
    """What VGG's blocks are: convolution, rectifier, norm, pooling, with padding in both."""
    writer = GraphWriter()
    kernel = rng.standard_normal((5, 2, 3, 3)).astype(np.float32)
    bias, gamma, beta, mean = rng.standard_normal((4, 5)).astype(np.float32)
    variance = rng.uniform(1, 2, 5).astype(np.float32)
    tensor = writer.add("Relu", writer.add("Conv", "x", kernel, bias, pads=[1, 1, 1, 1]))
    if fused:
        tensor = writer.add("BatchNormalization", tensor, gamma, beta, mean, variance)
    else:
        for operator, values in (("Mul", gamma), ("Add", beta)):
            tensor = writer.add(operator, tensor, values[:, None, None])
    pooling = {"kernel_shape": [2, 3], "strides": [2, 2], "pads": [1, 0, 0, 1]}
    writer.name_output(writer.add("MaxPool", tensor, **pooling), "y")
    original = writer.model({"x": ["n", 2, 9, 8]}, {"y": ["n", 5, "frames", "bands"]})
    copy = GraphWriter()
    nodes = Nodes(onnx.ModelProto.FromString(original))
    copy.name_output(copy_tensor(nodes, copy, "y", {"x": "x"}), "y")
    copied = copy.model({"x": ["n", 2, 9, 8]}, {"y": ["n", 5, "frames", "bands"]})
    x = rng.standard_normal((3, 2, 9, 8)).astype(np.float32)
    np.testing.assert_allclose(_run(copied, x), _run(original, x), rtol=0, atol=1e-5)
    order = [node.op_type for node in onnx.ModelProto.FromString(copied).graph.node]
    assert order[:2] == ["Conv", "MaxPool"]
    assert "Relu" in order[2:]


def test_what_is_neither_given_nor_made_is_missed() -> None:
    writer = GraphWriter()
    writer.name_output(writer.add("Relu", "x"), "y")
    nodes = Nodes(onnx.ModelProto.FromString(writer.model({"x": ["n"]}, {"y": ["n"]})))
    with pytest.raises(KeyError):
        copy_tensor(nodes, GraphWriter(), "y", {})
