"""Whether Essentia gives with an exported graph the numbers that training computed.

Essentia runs in a worker process of its own: it cannot share one with Python's TensorFlow.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import repeat_pad
from essentia_ldl.errors import ModelError, ParityError
from essentia_ldl.features.algorithms import musicnn_patches, run_backbone, run_head
from essentia_ldl.features.onnx_engine import run_spectrogram_graph
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo.frontends import front_end_of
from essentia_ldl.zoo.metadata import ModelMetadata
from essentia_ldl.zoo.tokens import pooled_size

Graph = str | os.PathLike[str]
Values = NDArray[np.float32]

#: Runs a graph: a signal, the graph, its metadata and an output node to the values of its patches.
RunGraph = Callable[[Values, Graph, ModelMetadata, str], Values]

#: Largest difference in a head's probabilities; rounding alone makes about 1e-7.
HEAD_TOLERANCE = 1e-6

#: The same for heads on more values than the widest of MSD's backbones gives. Sums over so many are
#: added up in another order by another TensorFlow: random heads differed by up to 7e-6.
WIDE_HEAD_TOLERANCE = 1e-5
_NARROW = 256

#: Largest difference in a backbone's outputs, as a part of the output's largest value where that
#: is above 1. The convolutions of two TensorFlow versions round differently, by up to 4e-6 here;
#: wrong pools in VGG change its tags by 0.14.
BACKBONE_TOLERANCE = 3e-5

#: Largest difference between two engines in probabilities, and in embeddings. Rounding alone makes
#: about 1e-6 and 2e-5 on music.
ENGINE_TOLERANCES = {"predictions": 1e-5, "embeddings": 1e-3}


def max_abs_diff(actual: NDArray[Any], expected: NDArray[Any]) -> float:
    """Return the largest absolute difference; infinity where shapes differ or a value is NaN.

    Examples
    --------
    >>> max_abs_diff(np.array([0.25, 0.5]), np.array([0.25, 0.75]))
    0.25
    >>> max_abs_diff(np.array([np.nan]), np.array([np.nan]))
    inf
    """
    if actual.shape != expected.shape or not actual.size:
        return float("inf")
    difference = float(np.max(np.abs(np.subtract(actual, expected, dtype=np.float64))))
    return difference if np.isfinite(difference) else float("inf")


def head_tolerance(n_values: int) -> float:
    """Return the largest difference allowed in probabilities of a head on `n_values` values.

    Examples
    --------
    >>> head_tolerance(200), head_tolerance(1280)
    (1e-06, 1e-05)
    """
    return HEAD_TOLERANCE if n_values <= _NARROW else WIDE_HEAD_TOLERANCE


def check_head(
    graph: Graph,
    embeddings: Values,
    expected: NDArray[np.floating[Any]],
    *,
    tolerance: float | None = None,
) -> float:
    """Run a head in Essentia (TensorflowPredict2D) and compare.

    Parameters
    ----------
    graph : path
        Frozen graph with the nodes ``model/Placeholder`` and ``model/Softmax``.
    embeddings : np.ndarray [shape=(n_patches, n_values)], float32
    expected : np.ndarray [shape=(n_patches, n_classes)]
        Probabilities as training computed them.
    tolerance : float, optional
        Largest absolute difference allowed; by default that of `head_tolerance`.

    Returns
    -------
    float
        The largest absolute difference.

    Raises
    ------
    ParityError
        If it is above `tolerance`.
    ModelError
        If Essentia cannot run the graph.
    """
    actual = run_in_worker(run_head, embeddings, os.fspath(graph))
    allowed = head_tolerance(embeddings.shape[1]) if tolerance is None else tolerance
    return _accept(graph, max_abs_diff(actual, expected), allowed)


def check_backbone(
    graph: Graph,
    metadata: ModelMetadata,
    network: Callable[[Values], Mapping[str, Values]],
    *,
    tolerance: float = BACKBONE_TOLERANCE,
) -> float:
    """Run a MusiCNN-like backbone in Essentia from audio on and compare every output.

    Parameters
    ----------
    graph : path
        Frozen graph.
    metadata : ModelMetadata
        Names the algorithm, the input node and the outputs to compare.
    network : callable
        From mel patches [shape=(n_patches, 187, 96)] to the values of each output node
        [shape=(n_patches, n_values)], by node name.
    tolerance : float
        Largest difference allowed, as a part of the output's largest absolute value where that
        is above 1.

    Returns
    -------
    float
        The largest such difference over the outputs.

    Raises
    ------
    ParityError
        If it is above `tolerance`.
    ModelError
        If Essentia cannot run the graph.
    """
    actual = answers(graph, metadata)
    expected = network(run_in_worker(musicnn_patches, probe_signal()))
    differences = [
        max_abs_diff(values, expected[node]) / max(1.0, float(np.max(np.abs(expected[node]))))
        for node, values in actual.items()
    ]
    return _accept(graph, max(differences), tolerance)


def check_spectrogram_graph(
    spectrogram_graph: Graph, graph: Graph, metadata: ModelMetadata
) -> dict[str, float]:
    """Compare onnxruntime's answers from audio on with Essentia's, for every output.

    Parameters
    ----------
    spectrogram_graph : path
        The graph converted for onnxruntime.
    graph : path
        The frozen graph that it was made from.
    metadata : ModelMetadata

    Returns
    -------
    dict of str to float
        The largest absolute difference of each output, by node name.

    Raises
    ------
    ParityError
        If it is above 1e-5 for predictions, or 1e-3 for embeddings.
    ModelError
        If one of the graphs cannot be run.
    """
    expected = answers(graph, metadata)
    actual = answers(spectrogram_graph, metadata, run_spectrogram_graph)
    differences = {node: max_abs_diff(values, expected[node]) for node, values in actual.items()}
    for output in metadata.schema_.outputs:
        tolerance = ENGINE_TOLERANCES.get(output.output_purpose, min(ENGINE_TOLERANCES.values()))
        _accept(spectrogram_graph, differences[output.name], tolerance)
    return differences


def answers(
    graph: Graph, metadata: ModelMetadata, run: RunGraph = run_backbone
) -> dict[str, Values]:
    """Return what a backbone answers to `probe_signal`, by output node.

    Parameters
    ----------
    graph : path
    metadata : ModelMetadata
    run : callable
        Runs the graph, in a worker process; Essentia by default.

    Raises
    ------
    ModelError
        If the graph cannot be run, or an output is not finite or not of the size that the
        metadata gives.
    """
    signal = probe_signal_for(metadata)
    values = {}
    for output in metadata.schema_.outputs:
        answer = run_in_worker(run, signal, os.fspath(graph), metadata, output.name)
        size = pooled_size(metadata, output)
        if answer.ndim != 2 or answer.shape[1] != size or not np.isfinite(answer).all():
            raise ModelError(
                f"{output.name} does not give {size} finite numbers per patch",
                subject=graph,
                remedy="check that the graph and its metadata belong together",
            )
        values[output.name] = answer
    return values


def probe_signal_for(metadata: ModelMetadata) -> Values:
    """Return `probe_signal`, repeated to fill a patch where a network takes longer ones."""
    return repeat_pad(probe_signal(), front_end_of(metadata, metadata.name).patch_samples)


def probe_signal() -> Values:
    """Return 21 s of varied sound at 16 kHz, float32: 13 patches, more than are computed at once.

    Decaying chords over faint noise, silence, a sweep that grows until it clips, bursts of noise;
    then all of it backwards, softer.
    """
    time = np.arange(5 * 16000) / 16000
    rng = np.random.default_rng(0)
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (110.0, 220.5, 554.4, 1318.5))
    chords = 0.1 * chord * np.exp(-(time % 0.5) * 6) + 0.01 * rng.normal(size=time.size)
    silence = np.zeros(16000)
    time = np.arange(3 * 16000) / 16000
    octaves = 7 / 3  # A second, from 50 Hz up to 6.4 kHz.
    phase = 2 * np.pi * 50 * 2 ** (octaves * time) / (octaves * np.log(2))
    sweep = np.clip(0.02 * 4**time * np.sin(phase), -1, 1)
    bursts = rng.normal(size=time.size // 2) * np.exp(-(time[::2] % 0.25) * 20)
    sound = np.concatenate([chords, silence, sweep, 0.3 * bursts])
    return np.asarray(np.concatenate([sound, 0.5 * sound[::-1]]), dtype=np.float32)


def _accept(graph: Graph, difference: float, tolerance: float) -> float:
    if difference <= tolerance:
        return difference
    raise ParityError(
        f"the answers differ by {difference:.2g}; at most {tolerance:.0e} is allowed",
        subject=graph,
        remedy="nothing was installed; `essentia-ldl doctor` shows the versions to report",
    )
