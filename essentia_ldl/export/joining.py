"""Two frozen graphs as one: a backbone, and the head that takes its embeddings."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from essentia_ldl.errors import ModelError
from essentia_ldl.export.freeze import canonical_graph

# Names of the backbone's nodes and the head's cannot meet behind these.
_BACKBONE, _HEAD = "backbone/", "head/"


def join_graphs(
    backbone: bytes,
    head: bytes,
    *,
    embedding: str,
    head_input: str,
    outputs_of_backbone: Mapping[str, str],
    outputs_of_head: Mapping[str, str],
) -> bytes:
    """Lead a backbone's embedding into a head.

    Parameters
    ----------
    backbone, head : bytes
        Serialised GraphDefs without functions, each with one placeholder.
    embedding : str
        The backbone's node that the head takes.
    head_input : str
        The head's placeholder.
    outputs_of_backbone, outputs_of_head : mapping of str to str
        Node names in the result, to the nodes of each graph that they are.

    Returns
    -------
    bytes
        A serialised GraphDef of what the outputs need, from ``model/Placeholder`` on. The same
        graphs give the same bytes.

    Raises
    ------
    ModelError
        If a graph is damaged, lacks one of the nodes, or is not of this kind.
    """
    joined = tf.compat.v1.GraphDef()
    joined.node.extend(_scoped(backbone, _BACKBONE, {}))
    joined.node.extend(_scoped(head, _HEAD, {head_input: _BACKBONE + embedding}))
    outputs = {
        **{new: _BACKBONE + old for new, old in outputs_of_backbone.items()},
        **{new: _HEAD + old for new, old in outputs_of_head.items()},
    }
    present = {node.name for node in joined.node}
    for wanted in (*outputs.values(), _BACKBONE + embedding, _HEAD + head_input):
        if wanted not in present:
            raise ModelError(f"the graph of the {wanted.replace('/', ' has no node ', 1)}")
    return bytes(canonical_graph(joined, outputs).SerializeToString(deterministic=True))


def _scoped(content: bytes, scope: str, fed: Mapping[str, str]) -> list[tf.compat.v1.NodeDef]:
    """Return a graph's nodes with a scope before their names; those fed hand a tensor on."""
    try:
        graph = tf.compat.v1.GraphDef.FromString(content)
    except DecodeError as error:
        raise ModelError(f"the graph of the {scope[:-1]} is damaged") from error
    if graph.library.function:
        raise ModelError(f"the graph of the {scope[:-1]} has functions, and cannot be joined")
    return [_scoped_node(node, scope, fed) for node in graph.node]


def _scoped_node(
    node: tf.compat.v1.NodeDef, scope: str, fed: Mapping[str, str]
) -> tf.compat.v1.NodeDef:
    name = scope + node.name
    if node.name in fed:
        return tf.compat.v1.NodeDef(name=name, op="Identity", input=[fed[node.name]])
    inputs = [_scoped_tensor(tensor, scope) for tensor in node.input]
    return tf.compat.v1.NodeDef(name=name, op=node.op, input=inputs, attr=node.attr)


def _scoped_tensor(tensor: str, scope: str) -> str:
    return f"^{scope}{tensor[1:]}" if tensor.startswith("^") else scope + tensor
