"""Frozen graphs converted to ONNX by tf2onnx, from the patches that they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import onnx
import tensorflow as tf
import tf2onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from essentia_ldl.errors import ModelError
from essentia_ldl.export.onnx_nodes import IR_VERSION, OPSET
from essentia_ldl.zoo.metadata import ModelMetadata

# What tf2onnx raises where it cannot convert, and onnx where the result is no valid graph.
_CONVERSION_ERRORS = (
    ValueError, RuntimeError, TypeError, LookupError, AttributeError, AssertionError, DecodeError,
    tf.errors.OpError, onnx.checker.ValidationError, onnx.shape_inference.InferenceError,
)  # fmt: skip

_BATCH = "n_patches"


@contextmanager
def conversion_errors(subject: object) -> Iterator[None]:
    """Turn what tf2onnx and onnx raise into a ModelError about `subject`."""
    try:
        yield
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}", subject=subject) from error
    except _CONVERSION_ERRORS as error:
        reason = str(error).split("\n", 1)[0]
        raise ModelError(f"cannot be converted to ONNX: {reason}", subject=subject) from error


def walk_in_one_order() -> None:
    """Let tf2onnx give the same bytes in every process that hashes text alike.

    It walks sets of nodes while it optimises. By address, which is Python's default, their order
    is another in every process.
    """
    tf2onnx.graph.Node.__hash__ = lambda node: hash(node.name)


def convert(
    graph: bytes, metadata: ModelMetadata, renamed: Mapping[str, str] | None = None
) -> onnx.ModelProto:
    """Convert a frozen graph as it is.

    Parameters
    ----------
    graph : bytes
        A serialised GraphDef.
    metadata : ModelMetadata
        Names its input and outputs.
    renamed : mapping of str to str, optional
        New names of tensors, which are otherwise called ``NODE:0``.
    """
    model: onnx.ModelProto
    model, _ = tf2onnx.convert.from_graph_def(
        tf.compat.v1.GraphDef.FromString(graph),
        input_names=[f"{metadata.schema_.inputs[0].name}:0"],
        output_names=[f"{output.name}:0" for output in metadata.schema_.outputs],
        opset=OPSET,
        tensors_to_rename=renamed,
    )
    return model


def patch_graph(graph: bytes, metadata: ModelMetadata, subject: str) -> bytes:
    """Return a model's ONNX graph, whose input and outputs have the names in its metadata.

    Call it in a process that begins with it: tf2onnx counts names on from one conversion to the
    next, and they sway what it optimises.

    Parameters
    ----------
    graph : bytes
        A serialised GraphDef.
    metadata : ModelMetadata
    subject : str
        Names the model in errors.

    Raises
    ------
    ModelError
        If it cannot be converted.
    """
    walk_in_one_order()
    nodes = [metadata.schema_.inputs[0].name, *(node.name for node in metadata.schema_.outputs)]
    with conversion_errors(subject):
        model = convert(graph, metadata, {f"{node}:0": node for node in nodes})
        model.ir_version = IR_VERSION
        for value in (*model.graph.input, *model.graph.output):
            value.type.tensor_type.shape.dim[0].dim_param = _BATCH
        onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))
