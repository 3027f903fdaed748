"""The two ways from sound to a model's values: through a backbone, or through one graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, repeat_pad
from essentia_ldl.features import EmbeddingExtractor
from essentia_ldl.features.algorithms import run_backbone, run_head
from essentia_ldl.features.engines import Engine
from essentia_ldl.runtime.backbone import difference_from_training
from essentia_ldl.zoo import ModelMetadata
from essentia_ldl.zoo.frontends import front_end_of

Answer = tuple[NDArray[np.float32], bool]


@dataclass(frozen=True)
class Head:
    """A graph on embeddings.

    Attributes
    ----------
    metadata : ModelMetadata
    graph : Path
    node_out : str
    embedding : EmbeddingExtractor
        How its input is computed.
    """

    metadata: ModelMetadata
    graph: Path
    node_out: str
    embedding: EmbeddingExtractor

    @property
    def engine(self) -> Engine:
        """What runs the backbone."""
        return self.embedding.engine

    @property
    def resample_quality(self) -> int:
        """MonoLoader's resampleQuality that the model was trained with."""
        return self.embedding.resample_quality

    @property
    def patch_samples(self) -> int:
        """Samples in the shortest signal that gives a patch."""
        return self.embedding.patch_samples

    @property
    def doubt(self) -> str:
        """What may make answers differ from training's; empty where nothing is known to."""
        return difference_from_training(self.metadata, self.embedding.backbone)

    def patch_values(self, signal: Signal) -> Answer:
        """Run backbone and head; values of each patch, and whether the signal was repeated."""
        embeddings, repeated = self.embedding.embed(signal)
        node_in = self.metadata.schema_.inputs[0].name
        return run_head(embeddings, self.graph, node_in, self.node_out), repeated


@dataclass(frozen=True)
class WholeNetwork:
    """A graph from patches of sound to the answer: the zoo's full models, fine-tuned networks.

    Attributes
    ----------
    metadata : ModelMetadata
    graph : Path
    node_out : str
    """

    metadata: ModelMetadata
    graph: Path
    node_out: str

    engine: ClassVar[Engine] = "essentia"
    doubt: ClassVar[str] = ""

    @property
    def resample_quality(self) -> int:
        """MonoLoader's resampleQuality that the model was trained with."""
        return self.metadata.inference.resample_quality

    @property
    def patch_samples(self) -> int:
        """Samples in the shortest signal that gives a patch."""
        return front_end_of(self.metadata, self.graph).patch_samples

    def patch_values(self, signal: Signal) -> Answer:
        """Run the graph; values of each patch, and whether the signal was repeated."""
        filled = repeat_pad(signal, self.patch_samples)
        values = run_backbone(filled, self.graph, self.metadata, self.node_out)
        return values, filled.size > signal.size


Network = Head | WholeNetwork
