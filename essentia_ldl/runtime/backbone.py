"""The backbone that a head was trained on, found again and compared."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.errors import BackboneError, ModelError
from essentia_ldl.zoo import Backbone, ModelMetadata, find_backbone
from essentia_ldl.zoo.backbones import load_backbone
from essentia_ldl.zoo.metadata import EmbeddingModel
from essentia_ldl.zoo.registry import registration_of

_SHORT = 12  # hexadecimal digits of a hash that people compare by eye


def backbone_of_head(
    wanted: EmbeddingModel, model_json: Path, models_dir: Path | None = None
) -> Backbone:
    """Find the backbone that a head names: beside the head, then where backbones lie.

    Parameters
    ----------
    wanted : EmbeddingModel
        The head's ``inference.embedding_model``.
    model_json : Path
        The head's metadata.
    models_dir : Path, optional
        Folder of backbones, besides the default ones.

    Raises
    ------
    BackboneError
        If the backbone is absent or damaged.
    ModelError
        If Essentia would run it with another algorithm than the head was trained with.
    """
    # Absolute, since workers may be started elsewhere.
    beside, models_dir = model_json.absolute().parent, models_dir and models_dir.absolute()
    backbone = _find(wanted.model_name, beside, models_dir)
    algorithm = backbone.metadata.inference.algorithm
    if algorithm != wanted.algorithm:
        raise ModelError(
            f"takes embeddings of {wanted.algorithm}, and {backbone.graph} runs in {algorithm}",
            subject=model_json,
            remedy="use the backbone that the head was trained on",
        )
    return backbone


def difference_from_training(metadata: ModelMetadata, backbone: Backbone) -> str:
    """Tell how a backbone's bytes differ from those that a head was trained on.

    Files of other bytes may well hold the same network: a backbone that is built here, and the
    zoo's own file.

    Parameters
    ----------
    metadata : ModelMetadata
        The head's; where it was trained by this package, it records the backbone's hash.
    backbone : Backbone

    Returns
    -------
    str
        Empty where they are the same, or where the head records nothing.
    """
    record = (metadata.training or {}).get("backbone")
    recorded = record.get("sha256") if isinstance(record, dict) else None
    if recorded in (None, backbone.sha256):
        return ""
    return (
        f"was trained on a {backbone.model_name} with SHA-256 {str(recorded)[:_SHORT]}..., and "
        f"{backbone.graph} has {backbone.sha256[:_SHORT]}...: answers may differ from training's"
    )


def _find(name: str, beside: Path, models_dir: Path | None) -> Backbone:
    graph = beside / f"{name}.pb"
    try:
        return load_backbone(graph) if graph.is_file() else find_backbone(name, models_dir)
    except BackboneError as error:
        if registration_of(name):
            raise
        # What helps whoever trains, a path or a name that can be built, helps nobody here.
        raise BackboneError(
            "this backbone is not here" if error.subject == name else error.reason,
            subject=error.subject,
            remedy=f"put {name}.pb and {name}.json beside the model, or give --models FOLDER",
        ) from error
