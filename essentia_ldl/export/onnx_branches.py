"""Recognising the convolutions of a network that overlapping patches can share.

MusiCNN begins with convolutions over time and mel bands, each followed by a rectifier, a batch
norm and the maximum over all bands. What these give for a frame depends on the frames around it
alone: two patches that both hold them compute the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from essentia_ldl.export.onnx_convolution import Convolution, read_convolution
from essentia_ldl.export.onnx_nodes import Nodes, attributes

Values = NDArray[np.float32]

_RESHAPING = {"Reshape", "Unsqueeze", "Squeeze", "Identity"}
_EPSILON = 1e-5  # ONNX's default for BatchNormalization.


@dataclass(frozen=True)
class Affine:
    """``scale * x + shift``."""

    scale: Values
    shift: Values

    def after(self, inner: Affine) -> Affine:
        """Return this of `inner`.

        Examples
        --------
        >>> two, three = np.float32([2]), np.float32([3])
        >>> Affine(two, three).after(Affine(three, two))
        Affine(scale=array([6.], dtype=float32), shift=array([7.], dtype=float32))
        """
        return Affine(self.scale * inner.scale, self.scale * inner.shift + self.shift)


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
        branch = _branch(nodes, node)
        if branch is not None:
            found.setdefault(node.input[0], []).append(branch)
    for image, branches in found.items():
        scaling = _scaling(nodes, image)
        if scaling is not None:
            return Branches(scaling, tuple(branches))
    return None


def _scaling(nodes: Nodes, tensor: str) -> Affine | None:
    """How a tensor's values come from the input's, if all come in the same way."""
    scaling = Affine(np.ones(1, np.float32), np.zeros(1, np.float32))
    while tensor != nodes.input:
        node = nodes.producer(tensor)
        step = None if node.op_type in _RESHAPING else _affine(nodes, node)
        if step is not None and step.scale.size == step.shift.size == 1:
            scaling = scaling.after(step)
        elif node.op_type not in _RESHAPING:
            return None
        tensor = next(name for name in node.input if nodes.constant(name) is None)
    return scaling


def _affine(nodes: Nodes, node: onnx.NodeProto) -> Affine | None:
    """What a node does, where it multiplies and adds constants, flat: one each, or per filter."""
    constants = [np.ravel(values).astype(np.float32) for values in nodes.constants(node)]
    if node.op_type == "BatchNormalization":
        gamma, beta, mean, variance = (values.astype(np.float64) for values in constants)
        scale = gamma / np.sqrt(variance + attributes(node).get("epsilon", _EPSILON))
        shift = beta - scale * mean
        return Affine(scale.astype(np.float32), shift.astype(np.float32))
    if node.op_type in {"Mul", "Add"} and len(constants) == 1:
        (values,) = constants
        if node.op_type == "Mul":
            return Affine(values, np.zeros_like(values))
        return Affine(np.ones_like(values), values)
    return None


def _branch(nodes: Nodes, node: onnx.NodeProto) -> Branch | None:
    """Read a branch that begins with this node; None where it is something else."""
    convolution = read_convolution(nodes, node)
    rectifier = nodes.only_consumer(node.output[0], "Relu")
    if convolution is None or not convolution.keeps_length or rectifier is None:
        return None
    tensor, norm = _norm(nodes, rectifier.output[0], len(convolution.kernel))
    maximum = _maximum(nodes, tensor)
    return Branch(convolution, norm, *maximum) if maximum else None


def _norm(nodes: Nodes, tensor: str, n_filters: int) -> tuple[str, Affine]:
    """Follow a tensor downstream past the batch norm, which may be two nodes or none."""
    norm = Affine(np.ones(n_filters, np.float32), np.zeros(n_filters, np.float32))
    while (node := nodes.only_consumer(tensor, "Mul", "Add", "BatchNormalization")) is not None:
        step = _affine(nodes, node)
        if step is None or step.scale.size != n_filters:
            break
        tensor, norm = node.output[0], step.after(norm)
    return tensor, norm


def _maximum(nodes: Nodes, tensor: str) -> tuple[str, bool] | None:
    """Find the maximum over all bands of a tensor: its name, and whether filters come last."""
    _, n_filters, n_frames, width = nodes.shape(tensor)
    transposed = nodes.only_consumer(tensor, "Transpose")
    if transposed is not None and attributes(transposed)["perm"] == [0, 2, 3, 1]:
        last = nodes.only_consumer(transposed.output[0], "ReduceMax")
        if last is not None and [axes.tolist() for axes in nodes.constants(last)] == [[2]]:
            shape = nodes.shape(last.output[0])
            return (last.output[0], True) if shape[1:] == (n_frames, n_filters) else None
    pooled = nodes.only_consumer(tensor, "MaxPool")
    if pooled is not None and attributes(pooled)["kernel_shape"] == [1, width]:
        last = nodes.only_consumer(pooled.output[0], "Squeeze")
        if last is not None and nodes.shape(last.output[0])[1:] == (n_filters, n_frames):
            return last.output[0], False
    return None
