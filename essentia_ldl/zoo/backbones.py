"""Where backbones lie, and finding one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.errors import BackboneError
from essentia_ldl.files import sha256_of
from essentia_ldl.zoo.frontends import front_end_of
from essentia_ldl.zoo.graphs import check_graph
from essentia_ldl.zoo.metadata import ModelMetadata, Output
from essentia_ldl.zoo.registry import (
    FEATURE_EXTRACTORS,
    name_of,
    registration_of,
    unknown_backbone,
)
from essentia_ldl.zoo.tokens import gives_tokens, pooled_size


@dataclass(frozen=True)
class Backbone:
    """A frozen graph that turns audio into embeddings (the zoo's "feature extractor").

    Attributes
    ----------
    metadata : ModelMetadata
        Names the Essentia algorithm, the sample rate and the graph's nodes.
    graph : Path
        The frozen graph, a ``.pb`` file.
    sha256 : str
        Hexadecimal SHA-256 of the graph's bytes.
    """

    metadata: ModelMetadata
    graph: Path
    sha256: str

    @property
    def model_name(self) -> str:
        """The zoo's name, with version, as a head's metadata gives it: ``msd-musicnn-1``."""
        return self.graph.stem

    @property
    def name(self) -> str:
        """The name without version: ``msd-musicnn``."""
        return name_of(self.model_name)

    @property
    def spectrogram_graph(self) -> Path:
        """Where its graph for onnxruntime lies, if it has one: ``NAME.spectrogram.onnx``.

        It takes the mel bands of consecutive frames; the zoo's own .onnx files take patches.
        """
        return self.graph.with_suffix(".spectrogram.onnx")

    def has_spectrogram_graph(self) -> bool:
        """Whether that graph is there, made from this one, and whole."""
        record = self.metadata.onnxruntime
        if record is None or record.converted_from != self.sha256:
            return False
        try:
            return sha256_of(self.spectrogram_graph) == record.sha256
        except OSError:
            return False

    @property
    def embedding_output(self) -> str:
        """Name of the node that gives the embeddings."""
        return self._embeddings.name

    @property
    def embedding_size(self) -> int:
        """Number of values in the embedding of one patch."""
        return pooled_size(self.metadata, self._embeddings)

    @property
    def gives_tokens(self) -> bool:
        """Whether Essentia gives its embeddings as tokens, which are yet to be pooled."""
        return gives_tokens(self.metadata, self._embeddings)

    @property
    def _embeddings(self) -> Output:
        node = self.metadata.schema_.output("embeddings")
        if node is None:
            raise BackboneError(
                "its metadata names no output with output_purpose 'embeddings'",
                subject=self.graph.with_suffix(".json"),
                remedy="add the embedding node to the JSON's schema.outputs",
            )
        return node


def cache_folder() -> Path:
    """Return the user's folder for what can be made again: ``$ESSENTIA_LDL_CACHE`` where set."""
    chosen = os.environ.get("ESSENTIA_LDL_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    import pooch

    return Path(pooch.os_cache("essentia-ldl"))


def models_folder() -> Path:
    """Return the folder that backbones are built into: ``$ESSENTIA_LDL_MODELS`` where set."""
    chosen = os.environ.get("ESSENTIA_LDL_MODELS")
    return Path(chosen).expanduser() if chosen else cache_folder() / "models"


def find_backbone(name_or_json: str, models_dir: Path | None = None) -> Backbone:
    """Find a backbone by name, or by the path of its zoo JSON.

    A name is looked up in `models_dir`, in ``$ESSENTIA_LDL_MODELS`` and in the cache folder's
    ``models``, each laid out as the zoo is (``feature-extractors/FAMILY/NAME.pb``) or flat
    (``NAME.pb``). A graph without a JSON beside it takes the metadata shipped for its name.

    Parameters
    ----------
    name_or_json : str
        ``msd-musicnn``, ``msd-musicnn-1``, or the path of a JSON with its ``.pb`` beside it.
    models_dir : Path, optional
        Folder to look in first.

    Raises
    ------
    BackboneError
        If the name is unknown, the backbone is nowhere, its metadata names no embeddings, or
        its bytes are not those recorded when it was built.
    ModelError
        If its JSON is not in the zoo's form, or its graph is refused (`check_graph`).
    """
    if name_or_json.endswith(".json"):
        return load_backbone(Path(name_or_json).with_suffix(".pb"))
    registration = registration_of(name_or_json)
    model_name = registration.model_name if registration else name_or_json
    for folder in dict.fromkeys([models_dir, models_folder(), cache_folder() / "models"]):
        graph = next(_graphs(folder, model_name), None) if folder else None
        if graph is not None:
            return load_backbone(graph)
    if registration is None:
        raise unknown_backbone(name_or_json)
    raise BackboneError(
        "this backbone is not here yet",
        subject=registration.name,
        remedy=registration.how_to_get,
    )


def load_backbone(graph: Path) -> Backbone:
    """Load the backbone at this path, with the metadata beside it or shipped for its name.

    Raises
    ------
    BackboneError
        As `find_backbone`.
    ModelError
        If its JSON is not in the zoo's form, or its graph is refused (`check_graph`).
    """
    backbone = Backbone(_metadata_of(graph), graph, _digest_of(graph))
    if backbone.metadata.sha256 not in (None, backbone.sha256):
        raise BackboneError(
            "is damaged: its bytes are not those recorded in its JSON",
            subject=graph,
            remedy=f"delete it, and {_how_to_get(backbone)}",
        )
    if backbone.embedding_size < 1:
        raise BackboneError("its metadata gives an embedding without values", subject=graph)
    front_end_of(backbone.metadata, graph.with_suffix(".json"))
    inputs = backbone.metadata.schema_.inputs
    check_graph(graph, inputs[0].name, backbone.embedding_output)
    return backbone


def _how_to_get(backbone: Backbone) -> str:
    registration = registration_of(backbone.model_name)
    return registration.how_to_get if registration else "put the .pb that belongs to the JSON there"


def _graphs(folder: Path, model_name: str) -> Iterator[Path]:
    extractors = folder / FEATURE_EXTRACTORS
    families = sorted(extractors.iterdir()) if extractors.is_dir() else []
    for place in [*families, folder]:
        graph = place / f"{model_name}.pb"
        if graph.is_file():
            yield graph


def _metadata_of(graph: Path) -> ModelMetadata:
    beside = graph.with_suffix(".json")
    if beside.is_file():
        return ModelMetadata.read(beside)
    registration = registration_of(graph.stem)
    if registration is None or not graph.is_file():
        raise BackboneError(
            "there is no such file", subject=beside, remedy="give the path of a zoo JSON"
        )
    return registration.metadata


def _digest_of(graph: Path) -> str:
    try:
        return sha256_of(graph)
    except OSError as error:
        raise BackboneError(
            f"the graph cannot be read: {error.strerror}",
            subject=graph,
            remedy="put the .pb beside its JSON, or build the backbone again",
        ) from error
