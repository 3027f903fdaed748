"""A frozen graph as an ONNX graph that takes a block of frames and cuts the patches itself."""

from __future__ import annotations

from pathlib import Path

import onnx
import tensorflow as tf
import tf2onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from essentia_ldl.errors import ModelError
from essentia_ldl.export.onnx_branches import find_branches
from essentia_ldl.export.onnx_copy import copy_tensor
from essentia_ldl.export.onnx_nodes import OPSET, GraphWriter, Nodes
from essentia_ldl.export.onnx_patches import Patches, branch_of_patches
from essentia_ldl.features.onnx_engine import PATCHES_AT_ONCE
from essentia_ldl.zoo.frontends import FRONT_ENDS, FrontEnd
from essentia_ldl.zoo.metadata import ModelMetadata

#: The graph's input.
BANDS = "bands"

# With more patches at once onnxruntime gains nothing and takes more memory. With fewer, the frames
# at the seams of blocks begin to count, which are computed twice where patches share anything.
_SHARING_PATCHES, _PATCHES_ALONE = 8, 4

# What tf2onnx raises where it cannot convert, and onnx where the result is no valid graph.
_CONVERSION_ERRORS = (
    ValueError, RuntimeError, TypeError, LookupError, AttributeError, AssertionError, DecodeError,
    tf.errors.OpError, onnx.checker.ValidationError, onnx.shape_inference.InferenceError,
)  # fmt: skip


def spectrogram_graph(graph: Path, metadata: ModelMetadata) -> bytes:
    """Convert a backbone's frozen graph, once, for onnxruntime.

    The result takes the mel bands of consecutive frames [shape=(n_frames, n_bands)], and gives
    each output of the metadata's schema for every whole patch [shape=(n_patches, n_values)].
    Where patches overlap, MusiCNN's first convolutions are computed once for all of them; a
    network of another kind runs patch by patch.

    Parameters
    ----------
    graph : Path
        A frozen TensorFlow graph.
    metadata : ModelMetadata
        Names its nodes, and the Essentia algorithm whose patches it takes.

    Returns
    -------
    bytes
        A serialised ONNX model.

    Raises
    ------
    ModelError
        If the graph takes patches of another kind than the two known ones, or cannot be converted.
    """
    front_end = FRONT_ENDS.get(metadata.inference.algorithm)
    if front_end is None or metadata.schema_.inputs[0].shape[-2:] != [*front_end.patch_shape]:
        raise ModelError(
            f"takes other patches than {' or '.join(FRONT_ENDS)} cut by default", subject=graph
        )
    try:
        return _of_block(Nodes(_of_one_patch(graph, metadata)), metadata, front_end)
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror}", subject=graph) from error
    except _CONVERSION_ERRORS as error:
        reason = str(error).split("\n", 1)[0]
        raise ModelError(f"cannot be converted to ONNX: {reason}", subject=graph) from error


def _of_one_patch(graph: Path, metadata: ModelMetadata) -> onnx.ModelProto:
    """Convert the frozen graph as it is, from patches."""
    definition = tf.compat.v1.GraphDef.FromString(graph.read_bytes())
    model: onnx.ModelProto
    model, _ = tf2onnx.convert.from_graph_def(
        definition,
        input_names=[f"{metadata.schema_.inputs[0].name}:0"],
        output_names=[f"{output.name}:0" for output in metadata.schema_.outputs],
        opset=OPSET,
    )
    return model


def _of_block(nodes: Nodes, metadata: ModelMetadata, front_end: FrontEnd) -> bytes:
    writer = GraphWriter()
    patches = Patches.of(writer, BANDS, front_end)
    branches = find_branches(nodes)
    given = {}
    if branches is not None:
        scaled = patches.scaled(writer, branches.scaling)
        given = {
            branch.output: branch_of_patches(writer, scaled, branch) for branch in branches.branches
        }
    outputs = metadata.schema_.outputs
    if nodes.needs_input([f"{output.name}:0" for output in outputs], given):
        given[nodes.input] = patches.rows(writer, BANDS, 0, front_end.patch_size)
    for output in outputs:
        writer.name_output(copy_tensor(nodes, writer, f"{output.name}:0", given), output.name)
    return writer.model(
        {BANDS: ["n_frames", front_end.n_bands]},
        {output.name: ["n_patches", output.size] for output in outputs},
        {PATCHES_AT_ONCE: str(_PATCHES_ALONE if branches is None else _SHARING_PATCHES)},
    )
