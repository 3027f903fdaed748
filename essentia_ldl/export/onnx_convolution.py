"""Convolutions of images of time and frequency, read out of ONNX graphs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray

from essentia_ldl.export.onnx_nodes import Nodes, attributes

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Convolution:
    """A convolution of a one-channel image, step by step, padded with frames of zeros alone.

    Attributes
    ----------
    kernel : np.ndarray [shape=(n_filters, n_frames, n_bands)]
    bias : np.ndarray [shape=(n_filters,)]
    before, after : int
        Frames of zeros at the image's beginning and end.
    width : int
        Places that the kernel takes along the bands.
    """

    kernel: Values
    bias: Values
    before: int
    after: int
    width: int

    @property
    def keeps_length(self) -> bool:
        """Whether it gives as many frames as it takes."""
        return bool(self.before + self.after + 1 == self.kernel.shape[1])


def read_convolution(nodes: Nodes, node: onnx.NodeProto) -> Convolution | None:
    """Read a node as such a convolution; None where it is something else.

    Parameters
    ----------
    nodes : Nodes
    node : onnx.NodeProto
        Of any operator.
    """
    if node.op_type != "Conv" or len(nodes.constants(node)) != 2:
        return None
    image, convolved = nodes.shape(node.input[0]), nodes.shape(node.output[0])
    if len(image) != 4 or image[1] != 1:
        return None
    kernel, bias = nodes.constants(node)
    settings = {"pads": [0] * 4, "strides": [1], "dilations": [1], **attributes(node)}
    before, left, after, right = settings["pads"]
    steps = {*settings["strides"], *settings["dilations"]}
    if left or right or steps != {1} or settings.get("auto_pad", b"NOTSET") != b"NOTSET":
        return None
    return Convolution(kernel[:, 0], bias, before, after, convolved[3])
