"""A backbone's graph for onnxruntime, which counts only once it was seen to agree with Essentia."""

from __future__ import annotations

import hashlib
import tempfile
from importlib.util import find_spec
from pathlib import Path

from essentia_ldl.errors import ModelError, OutputError
from essentia_ldl.export.parity import check_spectrogram_graph
from essentia_ldl.features.melbands import MEL_BANDS
from essentia_ldl.files import write_bytes, write_json
from essentia_ldl.progress import Progress, Silent
from essentia_ldl.versions import package_version
from essentia_ldl.workers import WorkerDiedError, WorkerPool
from essentia_ldl.zoo.backbones import Backbone, load_backbone
from essentia_ldl.zoo.metadata import SpectrogramGraph

#: What converts the graph, and runs it.
PACKAGES = ("onnxruntime", "onnx", "tf2onnx")

#: Of the conversion: raised by one with every change that makes another graph of the same backbone.
REVISION = 2


def add_spectrogram_graph(backbone: Backbone, progress: Progress | None = None) -> Backbone:
    """Convert a backbone for onnxruntime, and record how far its answers are from Essentia's.

    Where a package is missing, the graph cannot be converted or written, or it answers otherwise,
    the backbone stays as it is, with one warning.

    Parameters
    ----------
    backbone : Backbone
        One that has such a graph already, whole and by this conversion, is returned as it is; so
        is one whose patches are computed by Essentia alone.
    progress : Progress, optional

    Returns
    -------
    Backbone
        With the record in its metadata, where the graph was accepted.

    """
    progress = progress or Silent()
    record = backbone.metadata.onnxruntime
    if backbone.metadata.inference.algorithm not in MEL_BANDS:
        return backbone
    if backbone.has_spectrogram_graph() and record and record.revision == REVISION:
        return backbone
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        progress.warn(
            f"{backbone.name} runs in Essentia alone, several times slower than it could: "
            f"{' and '.join(missing)} not installed (run `pip install -e '.[onnxruntime]'` in the "
            "project's folder, and this again)"
        )
        return backbone
    try:
        content, differences = _checked_graph(backbone, progress)
        return _write(backbone, content, differences)
    except (ModelError, OutputError, WorkerDiedError) as error:
        progress.warn(f"{backbone.name} stays as it was for onnxruntime: {error.reason}")
    except ImportError as error:
        progress.warn(f"{backbone.name} stays as it was for onnxruntime: {error}")
    return backbone


def _write(backbone: Backbone, content: bytes, differences: dict[str, float]) -> Backbone:
    record = SpectrogramGraph(
        sha256=hashlib.sha256(content).hexdigest(),
        converted_from=backbone.sha256,
        max_abs_diff=differences,
        versions={package: package_version(package) or "" for package in PACKAGES},
        revision=REVISION,
    )
    metadata = backbone.metadata.model_copy(update={"onnxruntime": record})
    write_bytes(backbone.spectrogram_graph, content)
    write_json(backbone.graph.with_suffix(".json"), metadata.to_dict())
    return load_backbone(backbone.graph)


def _checked_graph(backbone: Backbone, progress: Progress) -> tuple[bytes, dict[str, float]]:
    with progress.stage(f"converting {backbone.name}", 2) as advance:
        # In a worker that begins with it, the same graph always gives the same bytes: tf2onnx's
        # names, which sway what it optimises, count on from one conversion to the next.
        with WorkerPool(jobs=1) as pool:
            content = pool.call(_convert, backbone)
        advance(1)
        with tempfile.TemporaryDirectory() as folder:
            candidate = Path(folder) / backbone.spectrogram_graph.name
            write_bytes(candidate, content)
            differences = check_spectrogram_graph(candidate, backbone.graph, backbone.metadata)
        advance(1)
    return content, differences


def _convert(backbone: Backbone) -> bytes:
    from essentia_ldl.export.onnx_conversion import walk_in_one_order
    from essentia_ldl.export.onnx_graph import spectrogram_graph

    walk_in_one_order()
    return spectrogram_graph(backbone.graph, backbone.metadata)
