"""Every call into Essentia's audio and inference algorithms, for use in worker processes.

Essentia is imported on the first call, never at the top, and never where Python's TensorFlow
is loaded: the two abort the process together.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import AudioError, EssentiaLDLError, ModelError
from essentia_ldl.workers import pin_threads

if TYPE_CHECKING:
    from essentia_ldl.zoo.metadata import ModelMetadata

Signal = NDArray[np.float32]


@lru_cache(maxsize=1)
def essentia_standard() -> ModuleType:
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


def load_mono(path: str | Path) -> tuple[Signal, float]:
    """Decode an audio file and mix it down (AudioLoader, MonoMixer).

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
    try:
        stereo, sample_rate, channels, *_ = es.AudioLoader(filename=str(path))()
        return es.MonoMixer()(stereo, channels), float(sample_rate)
    except RuntimeError as error:
        reason = str(error).rpartition("AudioLoader: ")[2].strip().rstrip(".")
        raise AudioError(
            f"cannot be decoded: {reason}",
            subject=path,
            remedy="convert it to mono or stereo wav, flac or mp3, or remove it",
        ) from error


def resample(signal: Signal, sample_rate: float, target_rate: float, quality: int) -> Signal:
    """Resample as MonoLoader does (Resample; `quality` is its resampleQuality)."""
    if sample_rate == target_rate:
        return signal
    es = essentia_standard()
    return es.Resample(  # type: ignore[no-any-return]
        inputSampleRate=sample_rate, outputSampleRate=target_rate, quality=quality
    )(signal)


@lru_cache(maxsize=4)
def _predictor(algorithm: str, graph: str, node_in: str, node_out: str, last_patch: str) -> object:
    es = essentia_standard()
    options = {"graphFilename": graph, "input": node_in, "output": node_out}
    if last_patch:
        options["lastPatchMode"] = last_patch
    try:
        return getattr(es, algorithm)(**options)
    except AttributeError:
        raise ModelError(
            f"Essentia has no algorithm {algorithm!r}", subject=graph
        ) from None
    except RuntimeError as error:
        raise ModelError(
            f"Essentia cannot load this graph: {str(error).strip()}",
            subject=graph,
            remedy="the file may be corrupted or lack the named node; build or export it again",
        ) from error


def run_backbone(
    signal: Signal, graph: str | Path, metadata: ModelMetadata, node_out: str, last_patch: str = ""
) -> NDArray[np.float32]:
    """Run a backbone on a signal, with the algorithm that its metadata names.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono, at the metadata's sample rate.
    graph : path
        The frozen graph.
    metadata : ModelMetadata
        Names the algorithm and the input node.
    node_out : str
        Output node: embeddings or activations.
    last_patch : str
        The algorithm's lastPatchMode, its default ("discard") where empty.

    Returns
    -------
    np.ndarray [shape=(n_patches, n_values)]
        Empty for a signal shorter than one patch, as Essentia returns it.
    """
    predictor = _predictor(
        metadata.inference.algorithm, str(graph), metadata.schema_.inputs[0].name, node_out,
        last_patch,
    )
    return np.asarray(predictor(signal), dtype=np.float32)  # type: ignore[operator]


def run_head(
    embeddings: NDArray[np.float32],
    graph: str | Path,
    node_in: str = "model/Placeholder",
    node_out: str = "model/Softmax",
) -> NDArray[np.float32]:
    """Run a classification head on embeddings (TensorflowPredict2D).

    Parameters
    ----------
    embeddings : np.ndarray [shape=(n_patches, n_values)], float32

    Returns
    -------
    np.ndarray [shape=(n_patches, n_classes)]
    """
    predictor = _predictor("TensorflowPredict2D", str(graph), node_in, node_out, "")
    return np.asarray(predictor(embeddings), dtype=np.float32)  # type: ignore[operator]
