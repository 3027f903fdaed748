"""What is in a frozen graph, read from its bytes without TensorFlow.

A graph is a protocol buffer. What matters here lies shallow in it, so the fields are walked over
one by one, and the weights, which are nearly all of the file, are passed over unread.

Field numbers are those of graph.proto, node_def.proto and function.proto, in
tensorflow/core/framework.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from essentia_ldl.errors import ModelError
from essentia_ldl.zoo.operations import ALLOWED_OPERATIONS

_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_LARGEST_KEY = 2**32 - 1

_GRAPH_NODE, _GRAPH_LIBRARY = 1, 2
_LIBRARY_FUNCTION, _FUNCTION_NODE = 1, 3
_NODE_NAME, _NODE_OPERATION = 1, 2

_AGAIN = "export or download the model again"


@dataclass(frozen=True)
class GraphContent:
    """What a graph consists of.

    Attributes
    ----------
    nodes : frozenset of str
        Names of its nodes.
    operations : frozenset of str
        What they, and those of the functions that the graph carries, do.
    """

    nodes: frozenset[str]
    operations: frozenset[str]


def check_graph(graph: str | os.PathLike[str], *nodes: str) -> None:
    """Refuse a graph that could do more than compute, or that lacks a node.

    Cheap, and cached for as long as the file stays as it is.

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
    content = read_graph(graph)
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


def read_graph(graph: str | os.PathLike[str]) -> GraphContent:
    """List a graph's nodes and operations.

    Raises
    ------
    ModelError
        If the file cannot be read, is empty, cut short or no graph.
    """
    try:
        state = os.stat(graph)
        return _read(os.fspath(graph), (state.st_ino, state.st_mtime_ns, state.st_size))
    except OSError as error:
        raise ModelError(
            f"cannot be read: {error.strerror}", subject=graph, remedy="put the .pb beside its JSON"
        ) from error


@lru_cache(maxsize=16)
def _read(graph: str, written: tuple[int, ...]) -> GraphContent:
    """Read a graph, anew where the file was written anew."""
    try:
        with Path(graph).open("rb") as file:
            if not written[-1]:
                raise _NoGraphError("is empty")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _content_of(content)
    except (_NoGraphError, UnicodeDecodeError) as error:
        reason = str(error) if isinstance(error, _NoGraphError) else "holds names that are no text"
        raise ModelError(
            f"is no frozen TensorFlow graph: it {reason}", subject=graph, remedy=_AGAIN
        ) from error


def _content_of(content: mmap.mmap) -> GraphContent:
    names: set[str] = set()
    operations: set[str] = set()
    for number, start, stop in _fields(content, 0, len(content)):
        if number == _GRAPH_NODE:
            names |= _texts(content, start, stop, _NODE_NAME)
            operations |= _operations(content, start, stop)
        elif number == _GRAPH_LIBRARY:
            for node in _nodes_of_library(content, start, stop):
                operations |= _operations(content, *node)
    if not operations:
        raise _NoGraphError("holds no operations")
    return GraphContent(frozenset(names), frozenset(operations))


def _nodes_of_library(content: mmap.mmap, start: int, stop: int) -> Iterator[tuple[int, int]]:
    for number, *function in _fields(content, start, stop):
        if number == _LIBRARY_FUNCTION:
            for inner, *node in _fields(content, *function):
                if inner == _FUNCTION_NODE:
                    yield node[0], node[1]


def _operations(content: mmap.mmap, start: int, stop: int) -> set[str]:
    found = _texts(content, start, stop, _NODE_OPERATION)
    if not found:
        raise _NoGraphError("holds a node without an operation")
    return found


def _texts(content: mmap.mmap, start: int, stop: int, wanted: int) -> set[str]:
    """All values of a text field; TensorFlow takes the last where there are several."""
    return {
        content[first:last].decode()
        for number, first, last in _fields(content, start, stop)
        if number == wanted
    }


def _fields(content: mmap.mmap, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Walk over a message: number, start and stop of each field that holds bytes."""
    place = start
    while place < stop:
        key, place = _varint(content, place, stop)
        # Of a longer key libtensorflow 2.5 keeps 32 bits, which make it another field.
        if key > _LARGEST_KEY:
            raise _NoGraphError("is not in the form of a protocol buffer")
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            _, place = _varint(content, place, stop)
            continue
        if kind == _LENGTH_DELIMITED:
            length, place = _varint(content, place, stop)
        elif kind in _FIXED_SIZES:
            length = _FIXED_SIZES[kind]
        else:
            raise _NoGraphError("is not in the form of a protocol buffer")
        if place + length > stop:
            raise _NoGraphError("is cut short, or is something else")
        if kind == _LENGTH_DELIMITED:
            yield number, place, place + length
        place += length


def _varint(content: mmap.mmap, place: int, stop: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, the lowest first; return it and the place behind it."""
    value = 0
    for i in range(min(_LONGEST_VARINT, stop - place)):
        byte = content[place + i]
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return value, place + i + 1
    raise _NoGraphError("is cut short, or is something else")


def _node_of(output: str) -> str:
    """Return the node of an output: ``PartitionedCall:1`` is the second of ``PartitionedCall``."""
    name, _, index = output.rpartition(":")
    return name if index.isdigit() else output


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)


class _NoGraphError(ValueError):
    """Why the bytes are no graph."""
