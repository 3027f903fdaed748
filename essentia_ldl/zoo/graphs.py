"""What is in a frozen graph, read from its bytes without TensorFlow.

A graph is a protocol buffer. What matters here lies shallow in it, so the fields are walked over
one by one, and the weights, which are nearly all of the file, are passed over unread.

Field numbers are those of graph.proto, node_def.proto, function.proto, op_def.proto and
attr_value.proto, in tensorflow/core/framework.
"""

from __future__ import annotations

import mmap
import os
import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import IO

from essentia_ldl.errors import ModelError
from essentia_ldl.zoo.operations import ALLOWED_OPERATIONS
from essentia_ldl.zoo.wire import WireError, inner, texts

_GRAPH_NODE, _GRAPH_LIBRARY = 1, 2
_LIBRARY_FUNCTION = 1
_FUNCTION_SIGNATURE, _FUNCTION_NODE, _SIGNATURE_NAME = 1, 3, 1
_NODE_NAME, _NODE_OPERATION, _NODE_ATTRIBUTE = 1, 2, 5
_ENTRY_VALUE = 2
_VALUE_LIST, _VALUE_PLACEHOLDER, _VALUE_FUNCTION, _LIST_FUNCTION = 1, 9, 10, 9
_REFERENCE_NAME, _REFERENCE_ATTRIBUTE = 1, 2

#: How deep functions may lie in attributes of functions. Networks have one; libraries give up
#: at 100 messages.
_DEEPEST_REFERENCE = 8

#: How TensorFlow names operations. Functions that it makes of Python code have other names.
_OPERATION_NAME = re.compile(r"_*[A-Z][A-Za-z0-9>]*")


@dataclass(frozen=True)
class GraphContent:
    """What a graph consists of.

    Attributes
    ----------
    nodes : frozenset of str
        Names of its nodes.
    operations : frozenset of str
        What they, and those of the functions that the graph carries, do: operations that they
        have, and those that they could come to have (`read_graph`).
    """

    nodes: frozenset[str]
    operations: frozenset[str]


def check_graph(graph: str | os.PathLike[str], *nodes: str) -> None:
    """Refuse a graph that could do more than compute, or that lacks a node.

    Parameters
    ----------
    graph : path
        A frozen TensorFlow graph.
    *nodes : str
        Inputs and outputs that it must have, such as ``model/Softmax`` or ``PartitionedCall:1``.

    Raises
    ------
    ModelError
        If the file cannot be read, is empty, cut short or no graph, holds an operation outside
        `ALLOWED_OPERATIONS`, or lacks one of the nodes.
    """
    _refuse(read_graph(graph), graph, nodes)


def checked_copy(graph: str | os.PathLike[str], *nodes: str) -> IO[bytes]:
    """Copy a graph and check the copy, so that what is loaded is what was checked.

    Parameters
    ----------
    graph, *nodes
        As `check_graph` takes them.

    Returns
    -------
    file
        A file without a name, which nobody can put other bytes into; it is there until closed,
        for this process, under ``/dev/fd`` and its number.

    Raises
    ------
    ModelError
        As `check_graph`, about `graph`; and if it cannot be copied.
    """
    with ExitStack() as stack:
        copy = stack.enter_context(tempfile.TemporaryFile(prefix="essentia-ldl-"))
        try:
            with Path(graph).open("rb") as file:
                shutil.copyfileobj(file, copy)
            copy.flush()
        except OSError as error:
            raise ModelError(
                f"cannot be copied to {tempfile.gettempdir()}: {error.strerror}",
                subject=graph,
                remedy="make the file readable, and room for it there; TMPDIR sets another folder",
            ) from error
        copy.seek(0)
        _refuse(_read(copy, graph), graph, nodes)
        stack.pop_all()
    return copy


def read_graph(graph: str | os.PathLike[str]) -> GraphContent:
    """List a graph's nodes and operations.

    An attribute names functions, for a call or for the sides of a branch, and TensorFlow takes an
    operation of that name where the graph carries no such function. So what is named there and not
    carried counts as an operation, and so does a function that is carried under an operation's
    name, in case it is dropped.

    Raises
    ------
    ModelError
        If the file cannot be read, is empty, cut short or no graph.
    """
    try:
        with Path(graph).open("rb") as file:
            return _read(file, graph)
    except OSError as error:
        raise ModelError(
            f"cannot be read: {error.strerror}", subject=graph, remedy="put the .pb beside its JSON"
        ) from error


def _read(file: IO[bytes], subject: str | os.PathLike[str]) -> GraphContent:
    try:
        if not os.fstat(file.fileno()).st_size:
            raise WireError("is empty")
        return _content_of(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
    except WireError as error:
        raise ModelError(
            f"is no frozen TensorFlow graph: it {error}",
            subject=subject,
            remedy="export or download the model again",
        ) from error


def _refuse(content: GraphContent, graph: str | os.PathLike[str], nodes: tuple[str, ...]) -> None:
    foreign = sorted(content.operations - ALLOWED_OPERATIONS)
    if foreign:
        raise ModelError(
            f"holds operations that no network of the zoo needs, and is not run: "
            f"{_listed(foreign)}",
            subject=graph,
            remedy="they may read or write files; take the model from a source you trust, "
            "frozen for inference",
        )
    absent = sorted({node for node in nodes if _node_of(node) not in content.nodes})
    if absent:
        raise ModelError(
            f"has no node {_listed(absent)}",
            subject=graph,
            remedy="correct the names in the schema of its JSON, or take the graph it belongs to",
        )


def _content_of(graph: memoryview) -> GraphContent:
    operations, named = _work_of(graph, _GRAPH_NODE)
    calls: dict[str, set[str]] = {}
    for function in inner(graph, _GRAPH_LIBRARY, _LIBRARY_FUNCTION):
        inside, called = _work_of(function, _FUNCTION_NODE)
        operations |= inside
        named |= called
        for name in texts(function, _FUNCTION_SIGNATURE, _SIGNATURE_NAME):
            calls.setdefault(name, set()).update(called)
    if not operations:
        raise WireError("holds no operations")
    try:
        TopologicalSorter(calls).prepare()
    except CycleError as error:
        raise WireError("holds a function that calls itself") from error
    disguised = {name for name in calls if _OPERATION_NAME.fullmatch(name)}
    return GraphContent(
        nodes=frozenset(texts(graph, _GRAPH_NODE, _NODE_NAME)),
        operations=frozenset(operations | (named - calls.keys()) | disguised),
    )


def _work_of(message: memoryview, field: int) -> tuple[set[str], set[str]]:
    """Operations of the nodes in a field of a message, and functions that the nodes name."""
    operations: set[str] = set()
    named: set[str] = set()
    for node in inner(message, field):
        found = texts(node, _NODE_OPERATION)
        if not found:
            raise WireError("holds a node without an operation")
        operations |= found
        named |= _functions_named(node, _NODE_ATTRIBUTE, _DEEPEST_REFERENCE)
    return operations, named


def _functions_named(message: memoryview, attribute: int, depth: int) -> set[str]:
    """Names of the functions in a message's attributes, and in the attributes of those."""
    found: set[str] = set()
    for value in inner(message, attribute, _ENTRY_VALUE):
        if any(True for _ in inner(value, _VALUE_PLACEHOLDER)):
            raise WireError("holds a function that is yet to be filled in")
        for path in ((_VALUE_FUNCTION,), (_VALUE_LIST, _LIST_FUNCTION)):
            for reference in inner(value, *path):
                if not depth:
                    raise WireError("holds functions in functions without end")
                found |= texts(reference, _REFERENCE_NAME)
                found |= _functions_named(reference, _REFERENCE_ATTRIBUTE, depth - 1)
    return found


def _node_of(output: str) -> str:
    """Return the node of an output: ``PartitionedCall:1`` is the second of ``PartitionedCall``."""
    name, _, index = output.rpartition(":")
    return name if index.isdigit() else output


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)
