"""What Essentia says with a model of a probe signal, for other engines to be compared with."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from essentia_ldl.errors import ModelError
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.parity import Values, answers, probe_signal, probe_signal_for
from essentia_ldl.features.algorithms import musicnn_patches, run_backbone, run_head
from essentia_ldl.features.melbands import vggish_bands
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import Backbone
from essentia_ldl.zoo.frontends import VGGISH


@dataclass(frozen=True)
class Answers:
    """What a graph is given for every patch, and what it gives in Essentia.

    Attributes
    ----------
    inputs : np.ndarray [shape=(n_patches, ...)], float32
        A head's embeddings, or patches of mel bands [shape=(n_patches, n_frames, n_bands)].
    outputs : mapping of str to np.ndarray [shape=(n_patches, n_values)], float32
        By node name.
    """

    inputs: Values
    outputs: Mapping[str, Values]


def essentia_answers(model: FrozenModel, backbone: Backbone | None) -> Answers:
    """Run a model in Essentia on the patches of `probe_signal`, in a worker process.

    Parameters
    ----------
    model : FrozenModel
    backbone : Backbone or None
        The backbone of a head.

    Raises
    ------
    ModelError
        If Essentia cannot run a graph, or it takes patches that this package does not cut.
    """
    with tempfile.TemporaryDirectory() as folder:
        pb, _ = model.write(Path(folder))
        if backbone is None:
            return Answers(_patches(model), answers(pb, model.metadata))
        embeddings = embeddings_of(backbone)
        node_in = model.metadata.schema_.inputs[0].name
        outputs = {
            output.name: run_in_worker(run_head, embeddings, str(pb), node_in, output.name)
            for output in model.metadata.schema_.outputs
        }
        return Answers(embeddings, outputs)


def embeddings_of(backbone: Backbone) -> Values:
    """Return a backbone's embeddings of `probe_signal`, a row per patch, by Essentia.

    Raises
    ------
    ModelError
        If Essentia cannot run the graph.
    """
    return run_in_worker(
        run_backbone,
        probe_signal_for(backbone.metadata),
        str(backbone.graph),
        backbone.metadata,
        backbone.embedding_output,
    )


def vggish_patches(signal: Values) -> Values:
    """Cut a signal into the patches that TensorflowPredictVGGish feeds to its graph.

    Parameters
    ----------
    signal : np.ndarray [shape=(n_samples,)], float32
        Mono at 16 kHz, no shorter than a patch.

    Returns
    -------
    np.ndarray [shape=(n_patches, 96, 64)], float32
        A patch every 93 frames, within 1e-4 of Essentia's.
    """
    windows = np.lib.stride_tricks.sliding_window_view(
        vggish_bands(signal), VGGISH.patch_size, axis=0
    )
    return np.ascontiguousarray(windows[:: VGGISH.patch_hop_size].transpose(0, 2, 1))


_PATCHES: Mapping[str, Callable[[Values], Values]] = {
    "TensorflowPredictMusiCNN": musicnn_patches,
    "TensorflowPredictVGGish": vggish_patches,
}


def _patches(model: FrozenModel) -> Values:
    cut = _PATCHES.get(model.metadata.inference.algorithm)
    if cut is None:
        raise ModelError(
            f"runs in {model.metadata.inference.algorithm}, whose patches are not cut here",
            subject=model.name,
            remedy=f"use a model for {' or '.join(_PATCHES)}",
        )
    return run_in_worker(cut, probe_signal())
