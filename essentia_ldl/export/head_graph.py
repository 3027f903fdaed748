"""A head as the frozen graph that Essentia runs, written node by node.

Nothing is traced: a graph of constants has no function library, no names that depend on the
process's history and no attributes of a newer TensorFlow, so libtensorflow 2.5 loads it and the
same weights always give the same bytes. Node names are those of the zoo's heads.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from essentia_ldl.export.graph_version import PRODUCER
from essentia_ldl.networks.heads import Head
from essentia_ldl.zoo import nodes

_FLOAT = tf.compat.v1.AttrValue(type=tf.float32.as_datatype_enum)
_FALSE = tf.compat.v1.AttrValue(b=False)
_NHWC = tf.compat.v1.AttrValue(s=b"NHWC")


def head_graph(head: Head) -> bytes:
    """Write a head as a frozen TensorFlow graph.

    The graph maps `nodes.INPUT` [batch, n_values] to `nodes.HEAD_OUTPUT` [batch, n_classes];
    `nodes.HEAD_PENULTIMATE` [batch, n_hidden] is the hidden layer before its ReLU.

    Parameters
    ----------
    head : Head

    Returns
    -------
    bytes
        Serialised GraphDef; equal weights give equal bytes in every process.
    """
    graph = tf.compat.v1.GraphDef()
    graph.versions.producer = PRODUCER
    placeholder = _add(graph, nodes.INPUT, "Placeholder", dtype=_FLOAT)
    # Without a static rank of 2, Essentia cuts the output to one column.
    dimensions = placeholder.attr["shape"].shape.dim
    dimensions.add(size=-1)
    dimensions.add(size=head.dense_kernel.shape[0])

    hidden = _add_dense(
        graph, nodes.HEAD_PENULTIMATE, nodes.INPUT, head.dense_kernel, head.dense_bias
    )
    relu = _add(graph, "model/dense/Relu", "Relu", hidden, T=_FLOAT)
    logits = _add_dense(
        graph, "model/dense_1/BiasAdd", relu.name, head.output_kernel, head.output_bias
    )
    _add(graph, nodes.HEAD_OUTPUT, "Softmax", logits, T=_FLOAT)
    return bytes(graph.SerializeToString(deterministic=True))


def _add(
    graph: tf.compat.v1.GraphDef, name: str, operation: str, *inputs: str, **attributes: Any
) -> tf.compat.v1.NodeDef:
    node = graph.node.add(name=name, op=operation, input=inputs)
    for key, value in attributes.items():
        node.attr[key].CopyFrom(value)
    return node


def _add_constant(graph: tf.compat.v1.GraphDef, name: str, values: NDArray[np.float32]) -> str:
    tensor = tf.make_tensor_proto(np.asarray(values, np.float32))
    _add(graph, name, "Const", dtype=_FLOAT, value=tf.compat.v1.AttrValue(tensor=tensor))
    return name


def _add_dense(
    graph: tf.compat.v1.GraphDef,
    name: str,
    source: str,
    kernel: NDArray[np.float32],
    bias: NDArray[np.float32],
) -> str:
    """Add ``source @ kernel + bias``; returns the sum's name, whose scope the others share."""
    scope = name.rpartition("/")[0]
    weights = _add_constant(graph, f"{scope}/kernel", kernel)
    offsets = _add_constant(graph, f"{scope}/bias", bias)
    product = _add(
        graph, f"{scope}/MatMul", "MatMul", source, weights,
        T=_FLOAT, transpose_a=_FALSE, transpose_b=_FALSE,
    )  # fmt: skip
    added = _add(graph, name, "BiasAdd", product.name, offsets, T=_FLOAT, data_format=_NHWC)
    return str(added.name)
