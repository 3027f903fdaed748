"""Recognising the convolutions of a network that overlapping patches can share.

MusiCNN begins with convolutions over time and mel bands, each followed by a rectifier, a batch
norm and the maximum over all bands. What these give for a frame depends on the frames around it
alone: two patches that both hold them compute the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx

from essentia_ldl.export.onnx_convolution import Convolution, read_convolution
from essentia_ldl.export.onnx_nodes import Nodes, attributes
from essentia_ldl.export.onnx_norms import Affine, read_affine, read_normed

_RESHAPING = {"Reshape", "Unsqueeze", "Squeeze", "Identity"}


@dataclass(frozen=True)
class Branch:
    """A convolution of the scaled patch, a rectifier, a batch norm, the maximum over all bands.

    Attributes
    ----------
    convolution : Convolution
        It gives as many frames as the patch has.
    norm : Affine
        Of each filter, after the rectifier.
    output : str
        The tensor with the maxima.
    filters_last : bool
        Whether it is of shape (n_patches, n_frames, n_filters), or has the filters before the
        frames.
    """

    convolution: Convolution
    norm: Affine
    output: str
    filters_last: bool


@dataclass(frozen=True)
class Branches:
    """Branches of one image: the patch, its values scaled.

    Attributes
    ----------
    scaling : Affine
        Of one element each: the same for every value of the patch.
    branches : tuple of Branch
        Those with the fewest values first: onnxruntime keeps the memory that it once took, in
        pieces that double, and so takes half as much as in the opposite order.
    """

    scaling: Affine
    branches: tuple[Branch, ...]


def find_branches(nodes: Nodes) -> Branches | None:
    """Find the branches of a network from patches; None where it is of another kind.

    Examples
    --------
    >>> from onnx import helper
    >>> patch, answer = (
    ...     helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", 187, 96])
    ...     for name in ("patch", "answer")
    ... )
    >>> node = helper.make_node("Relu", ["patch"], ["answer"])
    >>> graph = helper.make_graph([node], "rectifier", [patch], [answer])
    >>> find_branches(Nodes(helper.make_model(graph))) is None
    True
    """
    found: dict[str, list[Branch]] = {}
    for node in nodes.nodes:
        read = _branch_from(nodes, node)
        if read is not None:
            image, branch = read
            found.setdefault(image, []).append(branch)
    for image, branches in found.items():
        scaling = _scaling(nodes, image)
        if scaling is not None:
            return Branches(scaling, tuple(sorted(branches, key=_size)))
    return None


def _size(branch: Branch) -> int:
    """Values of a frame before the maximum is taken."""
    return len(branch.convolution.kernel) * branch.convolution.width


def _scaling(nodes: Nodes, tensor: str) -> Affine | None:
    """How a tensor's values come from the input's, if all come in the same way."""
    scaling = Affine(np.ones(1, np.float32), np.zeros(1, np.float32))
    while (node := nodes.producer(tensor)) is not None:
        if node.op_type not in _RESHAPING:
            step = read_affine(nodes, node)
            if step is None or step.scale.size != 1:
                return None
            scaling = scaling.after(step)
        tensor = node.input[0]
    return scaling


def _branch_from(nodes: Nodes, node: onnx.NodeProto) -> tuple[str, Branch] | None:
    """Read a branch that ends with this node, and its image; None where it is something else."""
    maximum = _maximum(nodes, node)
    normed = read_normed(nodes, maximum.of) if maximum else None
    if maximum is None or normed is None:
        return None
    convolution = read_convolution(nodes, normed.node)
    if convolution is None or not convolution.keeps_length:
        return None
    branch = Branch(convolution, normed.norm, node.output[0], maximum.filters_last)
    return normed.node.input[0], branch


@dataclass(frozen=True)
class _Maximum:
    """The tensor that a maximum over all bands is of, and whether filters come last in it."""

    of: str
    filters_last: bool


def _maximum(nodes: Nodes, node: onnx.NodeProto) -> _Maximum | None:
    """Read a node that ends a maximum over the last axis, as tf2onnx writes it in two ways."""
    before = nodes.producer(node.input[0]) if node.input else None
    if before is None or not nodes.is_used_once(node.input[0]):
        return None
    tensor = before.input[0]
    shape, shape_after = nodes.shape(tensor), nodes.shape(node.output[0])
    if len(shape) != 4:
        return None
    _, n_filters, n_frames, width = shape
    if (before.op_type, node.op_type) == ("Transpose", "ReduceMax"):
        axes = [values.tolist() for values in nodes.constants(node)]
        in_place = attributes(before)["perm"] == [0, 2, 3, 1] and axes == [[2]]
        if in_place and shape_after[1:] == (n_frames, n_filters):
            return _Maximum(tensor, filters_last=True)
    if (before.op_type, node.op_type) == ("MaxPool", "Squeeze"):
        in_place = attributes(before)["kernel_shape"] == [1, width]
        if in_place and shape_after[1:] == (n_filters, n_frames):
            return _Maximum(tensor, filters_last=False)
    return None
