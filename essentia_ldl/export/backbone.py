"""Backbones into the models folder: built from published weights, or taken from the zoo."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from essentia_ldl.errors import EssentiaLDLError, ModelError, OutputError
from essentia_ldl.export.download import PACKAGE, WHEEL_SHA256, fetch, fetch_wheel
from essentia_ldl.export.freeze import freeze_keras
from essentia_ldl.export.parity import Values, answers, check_backbone
from essentia_ldl.files import sha256_of, write_bytes, write_json
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
    was seen to give the network's numbers with it.

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
        If the name is unknown.
    DownloadError
        If the wheel cannot be fetched.
    ParityError
        If Essentia gives other numbers than the network.
    OutputError
        If the folder cannot be written.
    """
    registration = require_registration(name)
    target = registration.graph_in(models_dir or models_folder())
    present = _whole(target)
    if present is not None:
        return present
    recipe = RECIPES[registration.name]
    nodes = [output.name for output in registration.metadata.schema_.outputs]
    stage = (progress or Silent()).stage(f"building {registration.name}", 4)
    with stage as advance, tempfile.TemporaryDirectory() as temporary:
        checkpoint = _unpack(fetch_wheel(), recipe.checkpoint, Path(temporary))
        advance(1)
        network = _feature_extractor(recipe, registration, checkpoint)
        candidate = Path(temporary) / target.name
        write_bytes(candidate, freeze_keras(network, nodes))
        advance(1)
        compute = partial(_compute, network, nodes)
        difference = check_backbone(candidate, registration.metadata, compute)
        advance(1)
        built = _install(
            candidate,
            target,
            registration,
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
    return built


def install_backbone(
    name: str, source: Path, models_dir: Path | None = None, progress: Progress | None = None
) -> Backbone:
    """Take over a zoo file that the user has, once Essentia was seen to run it.

    Parameters
    ----------
    name : str
        The registered backbone that the file is, such as ``msd-musicnn``.
    source : Path
        The zoo's ``.pb``.
    models_dir : Path, optional
        Where it goes, in the zoo's layout; `models_folder` by default.
    progress : Progress, optional

    Raises
    ------
    BackboneError
        If the name is unknown.
    ModelError
        If the file is no graph, or not that of this backbone.
    OutputError
        If the folder cannot be written.
    """
    registration = require_registration(name)
    target = registration.graph_in(models_dir or models_folder())
    with (progress or Silent()).stage(f"installing {registration.name}", 2) as advance:
        if not source.is_file():
            raise ModelError("there is no such file", subject=source, remedy="check the path")
        answers(source, registration.metadata)
        advance(1)
        installed = _install(
            source, target, registration, provenance={"source": f"file {source.name}"}
        )
        advance(1)
    return installed


def download_backbone(
    name: str,
    url: str,
    sha256: str,
    models_dir: Path | None = None,
    progress: Progress | None = None,
) -> Backbone:
    """Download a zoo file and install it; the hash is what makes it trusted.

    Parameters
    ----------
    name : str
        The registered backbone that the file is, such as ``msd-musicnn``.
    url : str
        Where it is; the zoo's own address is the ``link`` of the backbone's metadata.
    sha256 : str
        The hash that the file must have.
    models_dir : Path, optional
        Where it goes, in the zoo's layout; `models_folder` by default.
    progress : Progress, optional

    Raises
    ------
    DownloadError
        If the file cannot be had whole, or has other bytes.
    BackboneError, ModelError, OptionError, OutputError
        As `install_backbone` and `fetch`.
    """
    registration = require_registration(name)
    with (progress or Silent()).stage(f"downloading {registration.name}", 1) as advance:
        graph = fetch(url, sha256, f"{registration.model_name}.pb")
        advance(1)
    return install_backbone(name, graph, models_dir, progress)


def _whole(graph: Path) -> Backbone | None:
    """Return the backbone at this path where its bytes are those recorded for it."""
    try:
        backbone = load_backbone(graph)
    except EssentiaLDLError:
        return None
    return backbone if backbone.metadata.sha256 else None


def _unpack(wheel: Path, checkpoint: str, folder: Path) -> Path:
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
    values = network.predict_on_batch(patches)
    return {node: np.asarray(value) for node, value in zip(nodes, values, strict=True)}


def _install(source: Path, target: Path, registration: Registration, **facts: Any) -> Backbone:
    digest = sha256_of(source)
    metadata = registration.metadata.model_copy(update={"sha256": digest, **facts})
    write_bytes(target, source.read_bytes())
    write_json(target.with_suffix(".json"), metadata.to_dict())
    return load_backbone(target)
