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
from essentia_ldl.features.extractor import Arrays, extractor_key
from essentia_ldl.zoo import Backbone
from essentia_ldl.zoo.frontends import FRONT_ENDS

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
    """

    backbone: Backbone
    resample_quality: int

    @classmethod
    def of(cls, backbone: Backbone) -> EmbeddingExtractor:
        """Take the settings that a backbone's metadata gives."""
        return cls(backbone, backbone.metadata.inference.resample_quality)

    @property
    def sample_rate(self) -> int:
        """Rate that the backbone takes, in Hz."""
        return self.backbone.metadata.inference.sample_rate

    @property
    def patch_samples(self) -> int:
        """Samples in the shortest signal that gives a patch; 0 where that is unknown."""
        front_end = FRONT_ENDS.get(self.backbone.metadata.inference.algorithm)
        return front_end.patch_samples if front_end else 0

    @property
    def key(self) -> str:
        """Names the settings in the cache: where the graph lies does not count."""
        metadata = self.backbone.metadata
        return extractor_key(
            "embeddings",
            EMBEDDINGS_REVISION,
            ESSENTIA,
            {
                "sample_rate": self.sample_rate,
                "resample_quality": self.resample_quality,
                "algorithm": metadata.inference.algorithm,
                "input": metadata.schema_.inputs[0].name,
                "output": self.backbone.embedding_output,
                "graph": self.backbone.sha256,
            },
        )

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
            If Essentia cannot run the backbone.
        """
        filled = repeat_pad(signal, self.patch_samples)
        embeddings = run_backbone(
            filled, self.backbone.graph, self.backbone.metadata, self.backbone.embedding_output
        )
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
