"""An exported classification head with its backbone, checked against its metadata."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.errors import ModelError
from essentia_ldl.features import EmbeddingExtractor
from essentia_ldl.features.algorithms import run_head
from essentia_ldl.features.engines import choose_engine
from essentia_ldl.files import sha256_of
from essentia_ldl.runtime.backbone import backbone_of_head, difference_from_training
from essentia_ldl.zoo import ModelMetadata

_HEAD = "TensorflowPredict2D"
_AGAIN = "export or download the model again"
_SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class HeadModel:
    """Everything that answers for a model; small, so that it can be sent to workers.

    Attributes
    ----------
    metadata : ModelMetadata
        The head's.
    graph : Path
        The head's frozen graph.
    node_out : str
        The node that gives the classes' probabilities.
    embedding : EmbeddingExtractor
        How the head's input is computed.
    """

    metadata: ModelMetadata
    graph: Path
    node_out: str
    embedding: EmbeddingExtractor

    @classmethod
    def read(
        cls,
        model_json: str | os.PathLike[str],
        models_dir: Path | None = None,
        engine: str | None = None,
    ) -> HeadModel:
        """Read a head from its JSON metadata and the graph beside it, and find its backbone.

        Parameters
        ----------
        model_json : path
        models_dir : Path, optional
            Folder of backbones, besides the default ones.
        engine : {"essentia", "onnxruntime"}, optional
            What runs the backbone; by default what `choose_engine` says.

        Raises
        ------
        ModelError
            If the JSON or the graph is absent or damaged, if they do not describe a
            classification head, or if head and backbone do not fit together.
        BackboneError
            If the backbone is absent or damaged, or has no graph for the engine.
        OptionError
            If there is no such engine, or it is not installed.
        """
        metadata = ModelMetadata.read(model_json)
        graph = Path(model_json).with_suffix(".pb").absolute()
        embedding_model = metadata.inference.embedding_model
        if metadata.inference.algorithm != _HEAD or embedding_model is None:
            raise ModelError(
                "describes no classification head on embeddings",
                subject=model_json,
                remedy="give the JSON of an exported head",
            )
        node_out = _predictions(metadata, model_json)
        _check_graph(metadata, graph)
        backbone = backbone_of_head(embedding_model, Path(model_json), models_dir)
        expected = metadata.schema_.inputs[0].shape[-1]
        if backbone.embedding_size != expected:
            raise ModelError(
                f"takes {expected} values per patch, and {backbone.name} gives "
                f"{backbone.embedding_size}",
                subject=model_json,
                remedy="use the backbone that the head was trained on",
            )
        quality = metadata.inference.resample_quality
        embedding = EmbeddingExtractor(backbone, quality, choose_engine(backbone, engine))
        return cls(metadata, graph, node_out, embedding)

    @property
    def doubt(self) -> str:
        """What may make answers differ from training's; empty where nothing is known to."""
        return difference_from_training(self.metadata, self.embedding.backbone)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the outputs."""
        return tuple(self.metadata.classes)

    def patch_probabilities(self, signal: Signal) -> tuple[NDArray[np.float32], bool]:
        """Classify every patch of a signal; this runs the engines in the calling process.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)], float32
            Mono, at the backbone's sample rate.

        Returns
        -------
        probabilities : np.ndarray [shape=(n_patches, n_classes)], float32
        repeated : bool
            Whether the signal was shorter than one patch, and repeated to fill it.

        Raises
        ------
        ModelError
            If an engine cannot run a graph, or its answer is no distribution over the classes.
        AudioError
            If the signal is empty.
        """
        embeddings, repeated = self.embedding.embed(signal)
        node_in = self.metadata.schema_.inputs[0].name
        probabilities = run_head(embeddings, self.graph, node_in, self.node_out)
        if probabilities.shape != (len(embeddings), len(self.classes)):
            raise ModelError(
                f"gives {probabilities.shape[-1]} values, and its metadata names "
                f"{len(self.classes)} classes",
                subject=self.graph,
                remedy=_AGAIN,
            )
        sums = probabilities.sum(axis=1)
        if not (probabilities.min() >= 0 and np.abs(sums - 1).max() <= _SUM_TOLERANCE):
            raise ModelError(
                "gives no distribution over its classes",
                subject=self.graph,
                remedy="use a head whose classes exclude each other, ending in a softmax",
            )
        return probabilities, repeated


def _predictions(metadata: ModelMetadata, model_json: str | os.PathLike[str]) -> str:
    """Return the name of the node that gives the classes' probabilities."""
    classes, output = metadata.classes, metadata.schema_.output("predictions")
    if output is None:
        problem = "names no output with output_purpose 'predictions'"
    elif len(set(classes)) != len(classes):
        problem = "names a class twice"
    elif not classes or len(classes) != output.size:
        problem = f"names {len(classes)} classes for {output.size} outputs"
    else:
        return output.name
    raise ModelError(problem, subject=model_json, remedy=_AGAIN)


def _check_graph(metadata: ModelMetadata, graph: Path) -> None:
    try:
        digest = sha256_of(graph)
    except OSError as error:
        raise ModelError(
            f"cannot be read: {error.strerror}",
            subject=graph,
            remedy="put the .pb beside its JSON",
        ) from error
    if metadata.sha256 not in (None, digest):
        raise ModelError(
            "is damaged: its bytes are not those recorded in its JSON",
            subject=graph,
            remedy=_AGAIN,
        )
