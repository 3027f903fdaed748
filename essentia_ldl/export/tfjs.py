"""A model as TensorFlow.js loads it: a graph model, in the files that its own converter writes.

``model.json`` holds the graph, as protobuf's JSON, and says where each constant's values lie in
the shards beside it, one constant after the other. TensorFlow.js's converter for Python does not
install beside current TensorFlow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.versions import package_version

#: The file that TensorFlow.js is given.
MODEL_FILE = "model.json"

_SHARD_BYTES = 4 * 2**20

# Operations that graphs of classifiers are made of, all known to @tensorflow/tfjs-converter 4.22;
# a test asks the converter itself.
OPERATIONS = frozenset({
    "Add", "AddV2", "AvgPool", "BiasAdd", "Cast", "ConcatV2", "Const", "Conv2D",
    "DepthwiseConv2dNative", "Elu", "Exp", "ExpandDims", "FusedBatchNorm", "FusedBatchNormV2",
    "FusedBatchNormV3", "Identity", "LeakyRelu", "Log", "MatMul", "Max", "MaxPool", "Maximum",
    "Mean", "Min", "Minimum", "Mul", "Neg", "Pack", "Pad", "PadV2", "Placeholder", "Pow",
    "RealDiv", "Relu", "Relu6", "Reshape", "Rsqrt", "Shape", "Sigmoid", "Slice", "Softmax",
    "Softplus", "Sqrt", "Square", "SquaredDifference", "Squeeze", "StopGradient",
    "StridedSlice", "Sub", "Sum", "Tanh", "Tile", "Transpose",
})  # fmt: skip

# Kinds of constants, and what TensorFlow.js makes of them: it has no 64-bit integers.
_KINDS: Mapping[np.dtype[Any], str] = {
    np.dtype(np.float32): "float32",
    np.dtype(np.int32): "int32",
    np.dtype(np.int64): "int32",
    np.dtype(np.bool_): "bool",
}
_INT32 = np.iinfo(np.int32)


@dataclass(frozen=True)
class _Weight:
    """A constant's place in the manifest, and its values."""

    entry: dict[str, Any]
    content: bytes


def graph_model(model: FrozenModel) -> dict[str, bytes]:
    """Return a model's files for TensorFlow.js, by name.

    Parameters
    ----------
    model : FrozenModel
        Its input and outputs keep their names; constants their values, bit for bit (integers of
        64 bits become 32). What gives the predictions is the default output.

    Returns
    -------
    dict of str to bytes
        ``model.json`` and ``group1-shard1of1.bin``, or as many shards of 4 MB as are needed. The
        same model gives the same bytes.

    Raises
    ------
    ModelError
        If the graph has operations or constants that TensorFlow.js lacks.
    """
    graph = _needed(model)
    weights = [_taken_out(node, model.name) for node in graph.node if node.op == "Const"]
    shards = _shards(b"".join(weight.content for weight in weights))
    content = {
        "format": "graph-model",
        "generatedBy": model.metadata.framework_version,
        "convertedBy": f"essentia_ldl {package_version('essentia_ldl')}",
        "signature": _signature(model),
        "modelTopology": MessageToDict(graph),
        "weightsManifest": [
            {"paths": list(shards), "weights": [weight.entry for weight in weights]}
        ],
    }
    return {MODEL_FILE: json.dumps(content).encode(), **shards}


def _needed(model: FrozenModel) -> tf.compat.v1.GraphDef:
    """Return the part of the graph that gives the outputs."""
    graph = tf.compat.v1.GraphDef.FromString(model.graph)
    nodes = {node.name: node for node in graph.node}
    pending = [output.name for output in model.metadata.schema_.outputs]
    needed: set[str] = set()
    while pending:
        name = pending.pop().lstrip("^").partition(":")[0]
        if name not in nodes:
            raise ModelError(f"has no node {name}", subject=model.name)
        if name not in needed:
            needed.add(name)
            pending.extend(nodes[name].input)
    kept = tf.compat.v1.GraphDef(versions=graph.versions)
    kept.node.extend(node for node in graph.node if node.name in needed)
    unknown = sorted({node.op for node in kept.node} - OPERATIONS)
    if unknown:
        raise ModelError(
            f"has operations that are not exported to TensorFlow.js: {', '.join(unknown)}",
            subject=model.name,
            remedy="leave out --tfjs",
        )
    return kept


def _taken_out(node: tf.compat.v1.NodeDef, subject: str) -> _Weight:
    """Take the values out of a constant, which keeps their kind and shape alone."""
    tensor = node.attr["value"].tensor
    values = tf.make_ndarray(tensor)
    kind = _KINDS.get(values.dtype)
    if kind is None:
        raise ModelError(
            f"has a constant of kind {values.dtype}, which TensorFlow.js lacks",
            subject=subject,
            remedy="leave out --tfjs",
        )
    shape = [int(side) for side in values.shape]
    kept = tf.compat.v1.AttrValue()
    kept.tensor.dtype = tensor.dtype
    kept.tensor.tensor_shape.CopyFrom(tensor.tensor_shape)
    node.attr["value"].CopyFrom(kept)
    return _Weight({"name": node.name, "shape": shape, "dtype": kind}, _little_endian(values))


def _little_endian(values: NDArray[Any]) -> bytes:
    if values.dtype == np.int64:
        values = values.clip(_INT32.min, _INT32.max).astype(np.int32)
    return values.astype(values.dtype.newbyteorder("<")).tobytes()


def _shards(content: bytes) -> dict[str, bytes]:
    count = max(1, -(-len(content) // _SHARD_BYTES))
    return {
        f"group1-shard{number + 1}of{count}.bin": content[number * _SHARD_BYTES :][:_SHARD_BYTES]
        for number in range(count)
    }


def _signature(model: FrozenModel) -> dict[str, Any]:
    # One output, as essentia.js expects it; the others can be asked for by name all the same.
    predictions = model.predictions
    return {
        "inputs": {
            node.name: _tensor(node.name, node.shape) for node in model.metadata.schema_.inputs
        },
        "outputs": {predictions.name: _tensor(predictions.name, [predictions.size])},
    }


def _tensor(name: str, shape: Sequence[int]) -> dict[str, Any]:
    sides = [{"size": str(side)} for side in (-1, *shape)]
    return {"name": f"{name}:0", "dtype": "DT_FLOAT", "tensorShape": {"dim": sides}}
