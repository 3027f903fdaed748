"""Keras networks as frozen graphs, the same bytes every time, for libtensorflow 2.5 and newer.

A graph straight out of Keras 3 carries functions, names that depend on what the process did
before, and attributes that older runtimes refuse or complain about. What is written here has
none: only the ancestors of the outputs, each named by what it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import keras
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from essentia_ldl.errors import ModelError
from essentia_ldl.export.graph_version import PRODUCER
from essentia_ldl.zoo.nodes import INPUT

# Identity and its kin hand their first input on.
_TRANSPARENT = {"Identity", "StopGradient"}

# Gradient hints of MatMul, unknown to libtensorflow 2.5, which complains about each.
_UNKNOWN_ATTRIBUTES = {"grad_a", "grad_b"}


def freeze_keras(model: keras.Model, outputs: Sequence[str]) -> bytes:
    """Freeze a network for inference.

    Parameters
    ----------
    model : keras.Model
        One input, whose node becomes ``model/Placeholder``, and one or more outputs.
    outputs : sequence of str
        Node names, one per output of `model`, such as ``model/Sigmoid``.

    Returns
    -------
    bytes
        A serialised GraphDef. The same weights give the same bytes, in any process.

    Raises
    ------
    ModelError
        If the network uses something that cannot be frozen into plain nodes.
    """
    signature = tf.TensorSpec(model.inputs[0].shape, tf.float32)
    function = tf.function(lambda patches: tf.nest.flatten(model(patches, training=False)))
    frozen = convert_variables_to_constants_v2(
        function.get_concrete_function(signature), lower_control_flow=True
    )
    tensors = [tensor.name for tensor in frozen.outputs]
    graph = canonical_graph(frozen.graph.as_graph_def(), dict(zip(outputs, tensors, strict=True)))
    return bytes(graph.SerializeToString(deterministic=True))


def canonical_graph(
    graph: tf.compat.v1.GraphDef, outputs: Mapping[str, str]
) -> tf.compat.v1.GraphDef:
    """Return the part of a graph that computes `outputs`, with canonical names and attributes.

    Parameters
    ----------
    graph : tf.compat.v1.GraphDef
        Without functions; one placeholder.
    outputs : mapping of str to str
        New node names to the tensors they are to give.

    Raises
    ------
    ModelError
        If the graph has functions, or more or less than one placeholder.
    """
    if graph.library.function:
        raise ModelError("the graph has functions, which libtensorflow 2.5 does not load")
    nodes = {node.name: node for node in graph.node}
    sources = {new: _source(old, nodes) for new, old in outputs.items()}
    ordered = _ancestors(sources.values(), nodes)
    names = _names(ordered, {old.partition(":")[0]: new for new, old in sources.items()})
    canonical = tf.compat.v1.GraphDef()
    canonical.versions.producer = PRODUCER
    canonical.node.extend(_renamed(node, nodes, names) for node in ordered)
    return canonical


def _source(tensor: str, nodes: Mapping[str, tf.compat.v1.NodeDef]) -> str:
    """Follow a tensor upstream past the nodes that only hand it on."""
    while (node := nodes[tensor.partition(":")[0]]).op in _TRANSPARENT:
        tensor = node.input[0]
    return tensor


def _inputs(node: tf.compat.v1.NodeDef, nodes: Mapping[str, tf.compat.v1.NodeDef]) -> list[str]:
    return [_source(tensor, nodes) for tensor in node.input if not tensor.startswith("^")]


def _ancestors(
    tensors: Iterable[str], nodes: Mapping[str, tf.compat.v1.NodeDef]
) -> list[tf.compat.v1.NodeDef]:
    """Every node that the tensors need, inputs first, in an order the names do not decide."""
    ordered: dict[str, tf.compat.v1.NodeDef] = {}
    pending = [(tensor.partition(":")[0], False) for tensor in reversed(list(tensors))]
    while pending:
        name, inputs_done = pending.pop()
        if name in ordered:
            continue
        if inputs_done:
            ordered[name] = nodes[name]
            continue
        pending.append((name, True))
        upstream = [tensor.partition(":")[0] for tensor in _inputs(nodes[name], nodes)]
        pending.extend((above, False) for above in reversed(upstream))
    return list(ordered.values())


def _names(ordered: Sequence[tf.compat.v1.NodeDef], outputs: Mapping[str, str]) -> dict[str, str]:
    """Map old names to new: the input's, the outputs', and the rest by kind and number."""
    placeholders = [node.name for node in ordered if node.op == "Placeholder"]
    if len(placeholders) != 1:
        raise ModelError(f"the graph has {len(placeholders)} placeholders; one is needed")
    names = {placeholders[0]: INPUT, **outputs}
    taken = set(names.values())
    seen: Counter[str] = Counter()
    for node in ordered:
        while node.name not in names:
            number = seen[node.op]
            seen[node.op] += 1
            name = f"model/{node.op}_{number}" if number else f"model/{node.op}"
            if name not in taken:
                names[node.name] = name
    return names


def _renamed(
    node: tf.compat.v1.NodeDef,
    nodes: Mapping[str, tf.compat.v1.NodeDef],
    names: Mapping[str, str],
) -> tf.compat.v1.NodeDef:
    renamed = tf.compat.v1.NodeDef(name=names[node.name], op=node.op)
    for tensor in _inputs(node, nodes):
        name, _, index = tensor.partition(":")
        renamed.input.append(f"{names[name]}:{index}" if index not in ("", "0") else names[name])
    for key, value in node.attr.items():
        if not key.startswith("_") and key not in _UNKNOWN_ATTRIBUTES:
            renamed.attr[key].CopyFrom(value)
    return renamed
