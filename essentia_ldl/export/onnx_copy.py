"""Copying a part of an ONNX graph, with convolutions in the form that onnxruntime runs fastest."""

from __future__ import annotations

import numpy as np
import onnx

from essentia_ldl.export.onnx_convolution import Convolution, read_convolution
from essentia_ldl.export.onnx_nodes import (
    CHANNELS_AT_A_TIME,
    GraphWriter,
    Nodes,
    attributes,
    integers,
)
from essentia_ldl.export.onnx_norms import NormedConvolution, read_normed


def copy_tensor(nodes: Nodes, writer: GraphWriter, tensor: str, given: dict[str, str]) -> str:
    """Copy all that makes a tensor and return the tensor's new name.

    Parameters
    ----------
    nodes : Nodes
        The graph to copy from.
    writer : GraphWriter
        The graph to copy to.
    tensor : str
        In `nodes`.
    given : dict of str to str
        New names of tensors that are there already, such as the input; those that are copied
        are added.

    Raises
    ------
    KeyError
        If something is needed that is neither given nor made.
    """
    if tensor not in given:
        node, constant = nodes.producer(tensor), nodes.constant(tensor)
        if constant is not None:
            given[tensor] = writer.constant(constant)
        elif node is not None:
            given[tensor] = _copy_node(nodes, writer, node, given)
    return given[tensor]


def _copy_node(
    nodes: Nodes, writer: GraphWriter, node: onnx.NodeProto, given: dict[str, str]
) -> str:
    normed = read_normed(nodes, node.input[0]) if node.op_type == "MaxPool" else None
    if normed is not None:
        image = copy_tensor(nodes, writer, normed.node.input[0], given)
        return _pool_first(nodes, writer, node, normed, image)
    convolution = read_convolution(nodes, node)
    if convolution is not None and convolution.width == 1:
        image = copy_tensor(nodes, writer, node.input[0], given)
        return _convolve_over_time(writer, convolution, image)
    inputs = [copy_tensor(nodes, writer, tensor, given) for tensor in node.input]
    return writer.add(node.op_type, *inputs, **attributes(node))


def _pool_first(
    nodes: Nodes,
    writer: GraphWriter,
    pooling: onnx.NodeProto,
    normed: NormedConvolution,
    image: str,
) -> str:
    """Convolve, pool, and only then rectify and norm: VGG gives 2 million values before a pool."""
    kernel, bias = nodes.constants(normed.node)
    signs = normed.norm.signs
    flipped = signs[:, None, None, None] * kernel, signs * bias
    convolved = writer.add("Conv", image, *flipped, **attributes(normed.node))
    pooled = writer.add("MaxPool", convolved, **attributes(pooling))
    return normed.norm.of_rectified(writer, pooled, (1, 2))


def _convolve_over_time(writer: GraphWriter, convolution: Convolution, image: str) -> str:
    """Convolve over frames alone, with the bands as channels: the same sums, in half the time.

    MusiCNN's middle part convolves so. onnxruntime is slow at images that end in one column.
    """
    kernel, (before, after) = convolution.kernel, (convolution.before, convolution.after)
    missing = -kernel.shape[2] % CHANNELS_AT_A_TIME
    over_time = np.pad(kernel, ((0, 0), (0, 0), (0, missing))).transpose(0, 2, 1)[:, :, None]
    bands_first = writer.add("Transpose", image, perm=[0, 3, 1, 2])
    if missing:
        ends = integers(0, 0, 0, 0, 0, missing, 0, 0)
        bands_first = writer.add("Pad", bands_first, ends)
    pads = [0, before, 0, after]
    convolved = writer.add("Conv", bands_first, over_time, convolution.bias, pads=pads)
    return writer.add("Transpose", convolved, perm=[0, 1, 3, 2])
