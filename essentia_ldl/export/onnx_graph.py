"""A frozen graph as an ONNX graph that takes a block of frames and cuts the patches itself."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.errors import ModelError
from essentia_ldl.export.onnx_branches import find_branches
from essentia_ldl.export.onnx_conversion import conversion_errors, convert
from essentia_ldl.export.onnx_copy import copy_tensor
from essentia_ldl.export.onnx_nodes import GraphWriter, Nodes
from essentia_ldl.export.onnx_patches import Patches, branch_of_patches
from essentia_ldl.features.melbands import MEL_BANDS
from essentia_ldl.features.onnx_engine import PATCHES_AT_ONCE
from essentia_ldl.zoo.frontends import FRONT_ENDS, FrontEnd
from essentia_ldl.zoo.metadata import ModelMetadata

#: The graph's input.
BANDS = "bands"

# With more patches at once onnxruntime gains nothing and takes more memory. With fewer, the frames
# at the seams of blocks begin to count, which are computed twice where patches share anything.
_SHARING_PATCHES, _PATCHES_ALONE = 8, 4


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
            f"takes other patches than {' or '.join(MEL_BANDS)} cut by default", subject=graph
        )
    with conversion_errors(graph):
        return _of_block(Nodes(convert(graph.read_bytes(), metadata)), metadata, front_end)


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
