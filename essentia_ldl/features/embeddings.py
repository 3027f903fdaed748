"""Embeddings: what a backbone makes of each patch of a track."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, repeat_pad
from essentia_ldl.errors import AudioError, ModelError
from essentia_ldl.features.algorithms import ESSENTIA, resample, run_backbone
from essentia_ldl.features.decoding import load_audible
from essentia_ldl.features.engines import PACKAGES, Engine, choose_engine
from essentia_ldl.features.extractor import Arrays, extractor_key
from essentia_ldl.features.onnx_engine import run_spectrogram_graph
from essentia_ldl.versions import package_version
from essentia_ldl.zoo import Backbone
from essentia_ldl.zoo.frontends import front_end_of

EMBEDDINGS_REVISION = 1
"""Of the code that computes embeddings; see `extractor_key`."""


@dataclass(frozen=True)
class EmbeddingExtractor:
    """Computes the embeddings of all patches of a track.

    Parameters
    ----------
    backbone : Backbone
    resample_quality : int
        libsamplerate's converter, MonoLoader's resampleQuality. 4 (linear) is what Essentia's
        models are used with, and what they must be trained with too: 1, MonoLoader's default,
        changes activations by up to 0.06.
    engine : {"essentia", "onnxruntime"}
        What runs the backbone; see `essentia_ldl.features.engines.choose_engine`. Either way
        the sound is decoded and resampled by Essentia.
    """

    backbone: Backbone
    resample_quality: int
    engine: Engine = "essentia"

    @classmethod
    def of(cls, backbone: Backbone, engine: str | None = None) -> EmbeddingExtractor:
        """Take the settings that a backbone's metadata gives, and the engine that is wanted.

        Raises
        ------
        OptionError, BackboneError
            If the engine cannot be had.
        """
        quality = backbone.metadata.inference.resample_quality
        return cls(backbone, quality, choose_engine(backbone, engine))

    @property
    def sample_rate(self) -> int:
        """Rate that the backbone takes, in Hz."""
        return self.backbone.metadata.inference.sample_rate

    @property
    def patch_samples(self) -> int:
        """Samples in the shortest signal that gives a patch."""
        return front_end_of(self.backbone.metadata, self.backbone.graph).patch_samples

    @property
    def key(self) -> str:
        """Names the settings in the cache: where the graph lies does not count."""
        metadata = self.backbone.metadata
        settings = {
            "sample_rate": self.sample_rate,
            "resample_quality": self.resample_quality,
            "algorithm": metadata.inference.algorithm,
            "input": metadata.schema_.inputs[0].name,
            "output": self.backbone.embedding_output,
            "graph": self.backbone.sha256,
        }
        if self.engine == "onnxruntime" and metadata.onnxruntime:
            settings["spectrogram_graph"] = metadata.onnxruntime.sha256
            settings["decoder_version"] = package_version(ESSENTIA)
        return extractor_key("embeddings", EMBEDDINGS_REVISION, PACKAGES[self.engine], settings)

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns."""
        return frozenset({"embeddings", "repeated"})

    def compute(self, path: Path) -> Arrays:
        """Compute the embeddings of a whole track, and tell whether it had to be repeated."""
        signal, sample_rate = load_audible(path)
        resampled = resample(signal, sample_rate, self.sample_rate, self.resample_quality)
        embeddings, repeated = self.embed(resampled)
        return {"embeddings": embeddings, "repeated": np.array(repeated)}

    def embed(self, signal: Signal) -> tuple[NDArray[np.float32], bool]:
        """Run the backbone; a signal shorter than one patch is repeated to fill it.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)], float32
            Mono, at `sample_rate`.

        Returns
        -------
        embeddings : np.ndarray [shape=(n_patches, n_values)], float32
            At least one patch; what is left after the last whole patch is dropped.
        repeated : bool
            Whether the signal was too short.

        Raises
        ------
        AudioError
            If the signal is empty.
        ModelError
            If the engine cannot run the backbone.
        """
        filled = repeat_pad(signal, self.patch_samples)
        embeddings = self._run(filled)
        if embeddings.size == 0:
            raise AudioError(
                "is shorter than one patch of the backbone", remedy="use a longer clip"
            )
        if embeddings.shape[1] != self.backbone.embedding_size:
            raise ModelError(
                f"gives {embeddings.shape[1]} values a patch, and its JSON says "
                f"{self.backbone.embedding_size}",
                subject=self.backbone.graph,
                remedy="correct the shape of the embeddings in the JSON beside it",
            )
        return embeddings, filled.size > signal.size

    def _run(self, signal: Signal) -> NDArray[np.float32]:
        backbone = self.backbone
        metadata, node_out = backbone.metadata, backbone.embedding_output
        if self.engine == "onnxruntime":
            return run_spectrogram_graph(signal, backbone.spectrogram_graph, metadata, node_out)
        return run_backbone(signal, backbone.graph, metadata, node_out)
