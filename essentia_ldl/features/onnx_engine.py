"""Backbones run by onnxruntime, from mel bands that are computed in blocks.

For use in worker processes, whose libraries run one thread each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.errors import ModelError
from essentia_ldl.features.melbands import MEL_BANDS
from essentia_ldl.zoo.frontends import FRONT_ENDS, FrontEnd
from essentia_ldl.zoo.metadata import ModelMetadata

#: A graph's note of how many patches to run it on at once. All blocks but the last are of this
#: length, so that onnxruntime takes its memory once and keeps it, however long the tracks are.
PATCHES_AT_ONCE = "patches_at_once"

_REBUILD = "build the backbone again, or use the engine essentia"


def run_spectrogram_graph(
    signal: Signal, graph: str | PathLike[str], metadata: ModelMetadata, node_out: str
) -> NDArray[np.float32]:
    """Run a backbone's converted graph on a signal; `run_backbone` in onnxruntime.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono, at the metadata's sample rate.
    graph : path
        The ONNX graph, from mel bands of consecutive frames.
    metadata : ModelMetadata
        The backbone's.
    node_out : str
        Output: embeddings or activations.

    Returns
    -------
    np.ndarray [shape=(n_patches, n_values)], float32
        What is left after the last whole patch is dropped; empty for a signal shorter than one
        patch.

    Raises
    ------
    ModelError
        If onnxruntime cannot load or run the graph.
    """
    algorithm = metadata.inference.algorithm
    with _graph_errors(graph):
        state = Path(graph).stat()
        session = _session(str(graph), (state.st_ino, state.st_mtime_ns, state.st_size))
        at_once = int(session.get_modelmeta().custom_metadata_map[PATCHES_AT_ONCE])
        bands = MEL_BANDS[algorithm](signal)
        blocks = [
            session.run([node_out], {session.get_inputs()[0].name: block})[0]
            for block in _blocks(bands, FRONT_ENDS[algorithm], at_once)
        ]
    return np.concatenate(blocks) if blocks else np.empty((0, 0), dtype=np.float32)


def _blocks(
    bands: NDArray[np.float32], front_end: FrontEnd, n_patches_of_block: int
) -> Iterator[NDArray[np.float32]]:
    """Cut frames into blocks that hold a few whole patches each, together every one once."""
    hop, size = front_end.patch_hop_size, front_end.patch_size
    n_patches = max(0, (len(bands) - size) // hop + 1)
    for first in range(0, n_patches, n_patches_of_block):
        last = min(first + n_patches_of_block, n_patches) - 1
        yield bands[first * hop : last * hop + size]


@lru_cache(maxsize=2)
def _session(graph: str, written: tuple[int, ...]) -> Any:
    """Load a graph, anew where the file was written anew."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # What is wrong is raised, too.
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@contextmanager
def _graph_errors(graph: str | PathLike[str]) -> Iterator[None]:
    try:
        from onnxruntime.capi import onnxruntime_pybind11_state as states
    except ImportError as error:
        raise ModelError(
            f"onnxruntime cannot be loaded: {error}",
            subject=graph,
            remedy="use --engine essentia, or install onnxruntime again",
        ) from error
    # They have no class of their own in common.
    errors = (
        states.Fail, states.InvalidArgument, states.InvalidGraph, states.InvalidProtobuf,
        states.NoSuchFile, states.NotImplemented, states.RuntimeException, ValueError, KeyError,
    )  # fmt: skip
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"cannot be read: {error.strerror}", subject=graph, remedy=_REBUILD
        ) from error
    except errors as error:
        reason = str(error).split("\n", 1)[0]
        raise ModelError(
            f"onnxruntime cannot run this graph: {reason}", subject=graph, remedy=_REBUILD
        ) from error
