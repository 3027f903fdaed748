"""Backbones into the models folder: files of the zoo that the user has, or downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from essentia_ldl.errors import ModelError
from essentia_ldl.export.download import fetch
from essentia_ldl.export.onnx_gate import add_spectrogram_graph
from essentia_ldl.export.parity import answers
from essentia_ldl.files import sha256_of, write_bytes, write_json
from essentia_ldl.progress import Progress, Silent
from essentia_ldl.zoo.backbones import Backbone, load_backbone, models_folder
from essentia_ldl.zoo.registry import Registration, require_registration


def install_backbone(
    name: str, source: Path, models_dir: Path | None = None, progress: Progress | None = None
) -> Backbone:
    """Take over a zoo file that the user has, once Essentia was seen to run it.

    `add_spectrogram_graph` then gives it the graph for onnxruntime.

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
    with (progress or Silent()).stage(f"installing {registration.name}", 2) as advance:
        if not source.is_file():
            raise ModelError("there is no such file", subject=source, remedy="check the path")
        answers(source, registration.metadata)
        advance(1)
        installed = write_backbone(
            source, registration, models_dir, provenance={"source": f"file {source.name}"}
        )
        advance(1)
    return add_spectrogram_graph(installed, progress)


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
    models_dir, progress
        As for `install_backbone`.

    Raises
    ------
    DownloadError
        If the file cannot be had whole, or has other bytes.
    BackboneError, ModelError, OptionError, OutputError
        As `install_backbone` and `fetch`.
    """
    file_name = f"{require_registration(name).model_name}.pb"
    graph = fetch(url, sha256, file_name, progress=progress)
    return install_backbone(name, graph, models_dir, progress)


def write_backbone(
    source: Path, registration: Registration, models_dir: Path | None, **facts: Any
) -> Backbone:
    """Write a graph that was checked, and its metadata, where `find_backbone` looks.

    Parameters
    ----------
    source : Path
        The graph.
    registration : Registration
        What it is.
    models_dir : Path, optional
        Where it goes, in the zoo's layout; `models_folder` by default.
    **facts
        Metadata of this very file, such as ``provenance``, beside those registered.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    target = registration.graph_in(models_dir or models_folder())
    metadata = registration.metadata.model_copy(update={"sha256": sha256_of(source), **facts})
    write_bytes(target, source.read_bytes())
    write_json(target.with_suffix(".json"), metadata.to_dict())
    return load_backbone(target)
