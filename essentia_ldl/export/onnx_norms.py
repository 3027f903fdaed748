"""Convolutions with their rectifier and batch norm, read out of ONNX graphs.

Rectifier and norm keep the order of a filter's values, or turn it round where the norm's scale is
negative. So they can come after a maximum as well as before it, where far fewer values are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from essentia_ldl.export.onnx_nodes import GraphWriter, Nodes, attributes

Values = NDArray[np.float32]

_EPSILON = 1e-5  # ONNX's default for BatchNormalization.


@dataclass(frozen=True)
class Affine:
    """``scale * x + shift``, for each filter or for all values alike.

    Attributes
    ----------
    scale, shift : np.ndarray [shape=(n_filters,)] or [shape=(1,)]
    """

    scale: Values
    shift: Values

    @property
    def signs(self) -> Values:
        """What to multiply values by before a maximum is taken of them."""
        return np.asarray(np.where(self.scale < 0, np.float32(-1), np.float32(1)))

    def after(self, inner: Affine) -> Affine:
        """Return this of `inner`.

        Examples
        --------
        >>> two, three = np.full(1, 2, np.float32), np.full(1, 3, np.float32)
        >>> Affine(two, three).after(Affine(three, two))
        Affine(scale=array([6.], dtype=float32), shift=array([7.], dtype=float32))
        """
        return Affine(self.scale * inner.scale, self.scale * inner.shift + self.shift)

    def of_rectified(self, writer: GraphWriter, maxima: str, axes: tuple[int, ...]) -> str:
        """Rectify and scale what maxima of values times `signs` are left.

        Parameters
        ----------
        writer : GraphWriter
        maxima : str
        axes : tuple of int
            Axes behind the filters' own, to be added to the constants.
        """
        signs, scale, shift = (
            np.expand_dims(values, axes) for values in (self.signs, self.scale, self.shift)
        )
        rectified = writer.add("Relu", writer.add("Mul", maxima, signs))
        return writer.add("Add", writer.add("Mul", rectified, scale), shift)


@dataclass(frozen=True)
class NormedConvolution:
    """A convolution, whose values are used rectified and normed alone.

    Attributes
    ----------
    node : onnx.NodeProto
        The convolution, with constant kernel and bias.
    norm : Affine
        Of each filter, after the rectifier.
    """

    node: onnx.NodeProto
    norm: Affine


def read_normed(nodes: Nodes, tensor: str) -> NormedConvolution | None:
    """Read what makes a tensor as a normed convolution; None where it is something else.

    Parameters
    ----------
    nodes : Nodes
    tensor : str
        Used in one place, as is all between it and the convolution.
    """
    steps: list[Affine] = []
    node = nodes.producer(tensor)
    while node is not None and nodes.is_used_once(node.output[0]):
        if node.op_type == "Relu":
            convolution = nodes.producer(node.input[0])
            return _normed(nodes, convolution, steps)
        step = read_affine(nodes, node)
        if step is None:
            return None
        steps.append(step)
        node = nodes.producer(node.input[0])
    return None


def read_affine(nodes: Nodes, node: onnx.NodeProto) -> Affine | None:
    """Read a node that multiplies its input by constants or adds them, taken flat.

    A batch norm may be one node, or two: the order of the inputs of Mul and Add is what tf2onnx
    gives them, constants last.
    """
    constants = [np.ravel(values).astype(np.float32) for values in nodes.constants(node)]
    if node.op_type == "BatchNormalization":
        gamma, beta, mean, variance = (values.astype(np.float64) for values in constants)
        scale = gamma / np.sqrt(variance + attributes(node).get("epsilon", _EPSILON))
        shift = beta - scale * mean
        return Affine(scale.astype(np.float32), shift.astype(np.float32))
    if node.op_type in {"Mul", "Add"} and nodes.constant(node.input[1]) is not None:
        (values,) = constants
        if node.op_type == "Mul":
            return Affine(values, np.zeros_like(values))
        return Affine(np.ones_like(values), values)
    return None


def _normed(
    nodes: Nodes, convolution: onnx.NodeProto | None, steps: list[Affine]
) -> NormedConvolution | None:
    if convolution is None or not nodes.is_used_once(convolution.output[0]):
        return None
    constants = nodes.constants(convolution)
    if convolution.op_type != "Conv" or len(constants) != 2:
        return None
    n_filters = len(constants[0])
    norm = Affine(np.ones(n_filters, np.float32), np.zeros(n_filters, np.float32))
    for step in reversed(steps):
        if step.scale.size != n_filters:
            return None
        norm = step.after(norm)
    return NormedConvolution(convolution, norm)
