"""Every call into Essentia's audio and inference algorithms, for use in worker processes.

Essentia is imported on the first call, never at the top, and never where Python's TensorFlow
is loaded: the two abort the process together.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection.spelling import is_text, printable
from essentia_ldl.errors import AudioError, EssentiaLDLError, ModelError
from essentia_ldl.workers import pin_threads
from essentia_ldl.zoo import nodes
from essentia_ldl.zoo.frontends import MUSICNN, front_end_of
from essentia_ldl.zoo.graphs import checked_copy
from essentia_ldl.zoo.tokens import pool_tokens

if TYPE_CHECKING:
    from essentia_ldl.audio import Signal
    from essentia_ldl.zoo.metadata import ModelMetadata

ESSENTIA = "essentia-tensorflow"
"""The package that Essentia is installed from."""

AnyPath = str | PathLike[str]

_REPLACE_AUDIO = "convert it to mono or stereo wav, flac or mp3, or remove it"
_TENSOR = 4  # Dimensions of Essentia's own type; TensorflowPredictMAEST gives it as it is.
_REBUILD = "the file may be corrupted, or belong to other metadata; build or export it again"


@lru_cache(maxsize=1)
def essentia_standard() -> Any:
    """Essentia's standard mode, quiet and single-threaded.

    Raises
    ------
    EssentiaLDLError
        If TensorFlow is already loaded in this process.
    """
    if "tensorflow" in sys.modules:
        raise EssentiaLDLError(
            "Essentia cannot be loaded beside TensorFlow in one process",
            remedy="use essentia_ldl.workers.run_in_worker",
        )
    pin_threads()
    import essentia

    essentia.log.infoActive = False
    essentia.log.warningActive = False
    import essentia.standard

    return essentia.standard


def load_mono(path: AnyPath) -> tuple[Signal, float]:
    """Decode an audio file and mix it down (AudioLoader, MonoMixer).

    With `resample`, these are the samples of MonoLoader, bit for bit.

    Returns
    -------
    signal : np.ndarray [shape=(n_samples,)], float32
    sample_rate : float
        The file's own rate in Hz.

    Raises
    ------
    AudioError
        If the file cannot be decoded, or has more than two channels.
    """
    es = essentia_standard()
    if not is_text(str(path)):
        raise AudioError(
            "its name is not valid UTF-8", subject=printable(str(path)), remedy="rename it"
        )
    try:
        stereo, sample_rate, channels, *_ = es.AudioLoader(filename=str(path))()
        return es.MonoMixer()(stereo, channels), float(sample_rate)
    except RuntimeError as error:
        reason = str(error).rpartition("AudioLoader: ")[2].replace(f' "{path}"', "").strip(" .")
        raise AudioError(
            f"cannot be decoded: {reason}", subject=path, remedy=_REPLACE_AUDIO
        ) from error


def resample(signal: Signal, sample_rate: float, target_rate: float, quality: int) -> Signal:
    """Resample as MonoLoader does (Resample; `quality` is its resampleQuality).

    Raises
    ------
    AudioError
        If the rates are more than a factor of 256 apart.
    """
    if sample_rate == target_rate:
        return signal
    algorithm = essentia_standard().Resample(
        inputSampleRate=sample_rate, outputSampleRate=target_rate, quality=quality
    )
    try:
        return np.asarray(algorithm(signal), dtype=np.float32)
    except RuntimeError as error:
        raise AudioError(
            f"cannot be resampled from {sample_rate:g} Hz to {target_rate:g} Hz",
            remedy=_REPLACE_AUDIO,
        ) from error


def chromaprint(signal: Signal, sample_rate: float) -> str:
    """Acoustic fingerprint of a whole signal (Chromaprinter).

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono.
    sample_rate : float
        In Hz; Chromaprint resamples by itself.

    Returns
    -------
    str
        Chromaprint's compressed form, in base64; empty of codes for less than 2.7 s.

    Raises
    ------
    AudioError
        If Chromaprint refuses the signal.
    """
    try:
        return str(essentia_standard().Chromaprinter(sampleRate=sample_rate)(signal))
    except RuntimeError as error:
        raise AudioError(
            f"gives no fingerprint at {sample_rate:g} Hz", remedy=_REPLACE_AUDIO
        ) from error


def musicnn_patches(signal: Signal) -> NDArray[np.float32]:
    """Mel patches as TensorflowPredictMusiCNN feeds them to its graph (TensorflowInputMusiCNN).

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono at 16 kHz.

    Returns
    -------
    np.ndarray [shape=(n_patches, 187, 96)]
        A patch every 93 frames; what is left at the end is dropped.
    """
    es = essentia_standard()
    bands = es.TensorflowInputMusiCNN()
    cut = es.FrameGenerator(signal, frameSize=MUSICNN.frame_size, hopSize=MUSICNN.hop_size)
    frames = [bands(frame) for frame in cut]
    if len(frames) < MUSICNN.patch_size:
        return np.empty((0, *MUSICNN.patch_shape), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(np.array(frames), MUSICNN.patch_size, axis=0)
    windows = windows[:: MUSICNN.patch_hop_size].transpose(0, 2, 1)
    return np.ascontiguousarray(windows, dtype=np.float32)


def run_backbone(
    signal: Signal, graph: AnyPath, metadata: ModelMetadata, node_out: str
) -> NDArray[np.float32]:
    """Run a network on a signal, with the algorithm and the patches that its metadata name.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono, at the metadata's sample rate.
    graph : path
        The frozen graph: a backbone, or a whole model.
    metadata : ModelMetadata
        Names the algorithm, the input node and its shape.
    node_out : str
        Output node: embeddings or activations.

    Returns
    -------
    np.ndarray [shape=(n_patches, n_values)]
        What is left after the last whole patch is dropped (lastPatchMode "discard", the
        default); empty for a signal shorter than one patch, as Essentia returns it. Tokens of a
        transformer are pooled (`pool_tokens`).

    Raises
    ------
    ModelError
        If the graph is refused, or Essentia cannot load or run it.
    """
    front_end = front_end_of(metadata, graph)
    patches = {"patchSize": front_end.patch_size, "patchHopSize": front_end.patch_hop_size}
    node_in, algorithm = metadata.schema_.inputs[0].name, metadata.inference.algorithm
    values = run_graph(signal, graph, algorithm, node_in, node_out, **patches)
    if values.ndim < _TENSOR:
        return values
    return pool_tokens(values) if values.shape[2] > 1 else values[:, 0, 0]


def run_head(
    embeddings: NDArray[np.float32],
    graph: AnyPath,
    node_in: str = nodes.INPUT,
    node_out: str = nodes.HEAD_OUTPUT,
) -> NDArray[np.float32]:
    """Run a classification head on embeddings (TensorflowPredict2D).

    Parameters
    ----------
    embeddings : np.ndarray [shape=(n_patches, n_values)], float32
    graph : path
        The frozen graph.
    node_in, node_out : str
        Its nodes.

    Returns
    -------
    np.ndarray [shape=(n_patches, n_classes)]

    Raises
    ------
    ModelError
        If the graph is refused, or Essentia cannot load or run it.
    """
    return run_graph(embeddings, graph, "TensorflowPredict2D", node_in, node_out)


def run_graph(
    values: NDArray[np.float32],
    graph: AnyPath,
    algorithm: str,
    node_in: str,
    node_out: str,
    **parameters: int,
) -> NDArray[np.float32]:
    """Run a graph with any TensorflowPredict algorithm that takes one array.

    Parameters
    ----------
    values : np.ndarray [shape=(n_samples,) or (n_patches, n_values)], float32
        What the algorithm takes: sound, or embeddings.
    graph : path
        The frozen graph. Its operations are checked first (`checked_copy`).
    algorithm : str
        Such as ``TensorflowPredictVGGish``.
    node_in, node_out : str
        Input and output; ``PartitionedCall:1`` is the second output of a node.
    **parameters
        The algorithm's others, such as patchSize.

    Returns
    -------
    np.ndarray, float32
        What the algorithm gives: [shape=(n_patches, n_values)], or a tensor of four dimensions
        from TensorflowPredictMAEST [shape=(n_patches, 1, n_tokens, n_values)].

    Raises
    ------
    ModelError
        If the graph is refused, or Essentia cannot load or run it.
    """
    with _graph_errors(graph):
        state = Path(graph).stat()
        # A graph that was written anew must not be answered for by the one that lay there.
        written = (state.st_ino, state.st_mtime_ns, state.st_size)
        settings = tuple(sorted(parameters.items()))
        predictor, _ = _predictor(algorithm, str(graph), written, (node_in, node_out), settings)
        return np.asarray(predictor(values), dtype=np.float32)


@lru_cache(maxsize=4)
def _predictor(
    algorithm: str,
    graph: str,
    written: tuple[int, ...],
    ends: tuple[str, str],
    settings: tuple[tuple[str, int], ...],
) -> tuple[Any, IO[bytes]]:
    """Make an algorithm, with the graph it runs: after a failure it opens that once more."""
    known = getattr(essentia_standard(), algorithm, None)
    if known is None or not algorithm.startswith("TensorflowPredict"):
        raise ModelError(
            f"Essentia has no algorithm {algorithm!r} for networks",
            subject=graph,
            remedy="correct inference.algorithm in the JSON beside it",
        )
    node_in, node_out = ends
    copy = checked_copy(graph, *ends)
    opened = f"/dev/fd/{copy.fileno()}"
    return known(graphFilename=opened, input=node_in, output=node_out, **dict(settings)), copy


@contextmanager
def _graph_errors(graph: AnyPath) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"cannot be read: {error.strerror}", subject=graph, remedy=_REBUILD
        ) from error
    except RuntimeError as error:
        # An algorithm that failed gives nothing, without an error, when it is called again.
        _predictor.cache_clear()
        # Essentia names what failed first, and may go on to list every node of the graph.
        reason = str(error).split("\n", 1)[0].rpartition("TensorflowPredict: ")[2].strip(" .")
        raise ModelError(
            f"Essentia cannot run this graph: {reason}", subject=graph, remedy=_REBUILD
        ) from error
