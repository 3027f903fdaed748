"""A model with what it needs to answer, checked against its metadata."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.errors import ModelError, OptionError
from essentia_ldl.features import EmbeddingExtractor
from essentia_ldl.features.engines import choose_engine
from essentia_ldl.files import sha256_of
from essentia_ldl.runtime.backbone import backbone_of_head
from essentia_ldl.runtime.kinds import Kind, kind_of
from essentia_ldl.runtime.network import Head, Network, WholeNetwork
from essentia_ldl.zoo import ModelMetadata
from essentia_ldl.zoo.frontends import FRONT_ENDS, front_end_of
from essentia_ldl.zoo.graphs import check_graph
from essentia_ldl.zoo.metadata import EmbeddingModel, Output

_HEAD = "TensorflowPredict2D"
_ROWS = 2
_AGAIN = "export or download the model again"


@dataclass(frozen=True)
class Model:
    """Everything that answers for a model; small, so that it can be sent to workers.

    Attributes
    ----------
    metadata : ModelMetadata
    network : Head or WholeNetwork
        What computes.
    kind : Kind
        What its values mean.
    """

    metadata: ModelMetadata
    network: Network
    kind: Kind

    @classmethod
    def read(
        cls,
        model_json: str | os.PathLike[str],
        models_dir: Path | None = None,
        engine: str | None = None,
    ) -> Model:
        """Read a model from its JSON metadata and the graph beside it.

        One whose algorithm is TensorflowPredict2D is a head, and its backbone is looked for; one
        whose algorithm takes sound is whole.

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
            If the JSON or the graph is absent, damaged or refused, if they do not belong together,
            or if head and backbone do not fit.
        BackboneError
            If the backbone is absent or damaged, or has no graph for the engine.
        OptionError
            If there is no such engine, or it is not installed, or it cannot run a whole model.
        """
        metadata = ModelMetadata.read(model_json)
        output = _predictions(metadata, model_json)
        graph = Path(model_json).with_suffix(".pb").absolute()
        _check(graph, metadata, output)
        inference = metadata.inference
        network: Network
        if inference.algorithm == _HEAD and inference.embedding_model:
            embedding = _embedding(
                metadata, inference.embedding_model, Path(model_json), models_dir, engine
            )
            network = Head(metadata, graph, output.name, embedding)
        elif inference.algorithm in FRONT_ENDS and not inference.embedding_model:
            network = WholeNetwork(metadata, graph, output.name)
            front_end_of(metadata, model_json)
            _check_whole(engine)
        else:
            raise ModelError(
                f"describes no model that is known here: {inference.algorithm} on "
                f"{'embeddings' if inference.embedding_model else 'sound'}",
                subject=model_json,
                remedy=f"a head has the algorithm {_HEAD} and an embedding_model; a whole model "
                f"has none, and one of {', '.join(FRONT_ENDS)}",
            )
        return cls(metadata, network, kind_of(metadata, output))

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the outputs."""
        return tuple(self.metadata.classes)

    @property
    def sample_rate(self) -> int:
        """Of the sound it takes, in Hz."""
        return self.metadata.inference.sample_rate

    def patch_values(self, signal: Signal) -> tuple[NDArray[np.float32], bool]:
        """Answer for every patch of a signal; this runs the engines in the calling process.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)], float32
            Mono, at `sample_rate`.

        Returns
        -------
        values : np.ndarray [shape=(n_patches, n_classes)], float32
        repeated : bool
            Whether the signal was shorter than one patch, and repeated to fill it.

        Raises
        ------
        ModelError
            If an engine cannot run a graph, or its answer is not of the model's kind.
        AudioError
            If the signal is empty.
        """
        values, repeated = self.network.patch_values(signal)
        if values.ndim != _ROWS or values.shape[1] != len(self.classes) or not len(values):
            raise ModelError(
                f"gives {values.shape[-1]} values, and its metadata names "
                f"{len(self.classes)} classes",
                subject=self.network.graph,
                remedy=_AGAIN,
            )
        fault = self.kind.fault_of(values)
        if fault:
            raise ModelError(
                fault,
                subject=self.network.graph,
                remedy="correct the type, or the output with output_purpose 'predictions', in "
                "its JSON",
            )
        return values, repeated


def _predictions(metadata: ModelMetadata, model_json: str | os.PathLike[str]) -> Output:
    """Return the output that gives the classes' values."""
    classes, output = metadata.classes, metadata.schema_.output("predictions")
    if output is None:
        problem = "names no output with output_purpose 'predictions'"
    elif len(set(classes)) != len(classes):
        problem = "names a class twice"
    elif not classes or len(classes) != output.size:
        problem = f"names {len(classes)} classes for {output.size} outputs"
    else:
        return output
    raise ModelError(problem, subject=model_json, remedy=_AGAIN)


def _check(graph: Path, metadata: ModelMetadata, output: Output) -> None:
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
    check_graph(graph, metadata.schema_.inputs[0].name, output.name)


def _check_whole(engine: str | None) -> None:
    """Refuse an engine for backbones alone."""
    if engine not in (None, "essentia"):
        raise OptionError(
            f"this model is one graph, which Essentia runs, and not {engine!r}",
            subject="engine",
            remedy="leave the engine out, or take essentia",
        )


def _embedding(
    metadata: ModelMetadata,
    wanted: EmbeddingModel,
    model_json: Path,
    models_dir: Path | None,
    engine: str | None,
) -> EmbeddingExtractor:
    """Return what computes a head's input, once it was seen to fit."""
    backbone = backbone_of_head(wanted, model_json, models_dir)
    expected = metadata.schema_.inputs[0].shape[-1]
    if backbone.embedding_size != expected:
        raise ModelError(
            f"takes {expected} values per patch, and {backbone.name} gives "
            f"{backbone.embedding_size}",
            subject=model_json,
            remedy="use the backbone that the head was trained on",
        )
    quality = metadata.inference.resample_quality
    return EmbeddingExtractor(backbone, quality, choose_engine(backbone, engine))
