"""A model's files for wherever it is to run: frozen graph, JSON, ONNX, TensorFlow.js, a script."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from essentia_ldl.errors import ModelError
from essentia_ldl.export.essentia_answers import essentia_answers
from essentia_ldl.export.example_script import write_example_script
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.onnx_export import check_onnx, onnx_graph
from essentia_ldl.export.tfjs import MODEL_FILE, graph_model
from essentia_ldl.files import sha256_of, write_bytes
from essentia_ldl.zoo import Backbone

#: What a frozen graph can be converted to.
Format = Literal["onnx", "tfjs"]


@dataclass(frozen=True)
class DeployedModel:
    """Where a model's files lie.

    Attributes
    ----------
    model : FrozenModel
        As written: its metadata name the formats.
    pb, json, script : Path
    converted : dict of str to Path
        By format: the ``.onnx``, and the ``model.json`` for TensorFlow.js.
    """

    model: FrozenModel
    pb: Path
    json: Path
    script: Path
    converted: dict[Format, Path]


def deploy_model(
    model: FrozenModel,
    folder: Path,
    *,
    backbone: Backbone | None = None,
    formats: Collection[Format] = (),
) -> DeployedModel:
    """Write a model, its example script, and the formats that are wanted.

    The zoo's file names are used: ``NAME.pb``, ``NAME.json``, ``NAME.onnx``,
    ``NAME-tfjs/model.json`` and its shards, and ``NAME.py``. The JSON comes last, and lists what
    is there in ``model_types``; ``conversions`` has the hashes, and how far onnxruntime's answers
    were from Essentia's.

    Parameters
    ----------
    model : FrozenModel
    folder : Path
    backbone : Backbone or None
        The backbone of a head.
    formats : collection of {"onnx", "tfjs"}

    Raises
    ------
    OptionError
        If a package is missing that a format needs.
    ModelError
        If the model cannot be converted, or its metadata's ``conversions`` are of another form.
    ParityError
        If onnxruntime's answers differ from Essentia's by more than 1e-5.
    OutputError
        If the folder cannot be written.
    """
    places: dict[Format, Path] = {
        "onnx": folder / f"{model.name}.onnx",
        "tfjs": folder / f"{model.name}-tfjs" / MODEL_FILE,
    }
    records = _kept_records(model, places)
    if "onnx" in formats:
        content = onnx_graph(model)
        difference = check_onnx(content, essentia_answers(model, backbone), model.name)
        write_bytes(places["onnx"], content)
        records["onnx"] = {"sha256": _sha256(content), "max_abs_diff": difference}
    if "tfjs" in formats:
        files = graph_model(model)
        # The shards come first: model.json is what is loaded.
        for name in sorted(files, key=lambda name: name == MODEL_FILE):
            write_bytes(places["tfjs"].with_name(name), files[name])
        records["tfjs"] = {"sha256": {name: _sha256(files[name]) for name in sorted(files)}}
    model = model.described(
        model_types=["frozen_model", *sorted(records)], conversions=records or None
    )
    script = write_example_script(model, backbone, folder)
    pb, json = model.write(folder)
    return DeployedModel(model, pb, json, script, {kind: places[kind] for kind in formats})


def _kept_records(model: FrozenModel, places: Mapping[Format, Path]) -> dict[str, Any]:
    """Return what the JSON says of conversions, where they lie there already."""
    recorded = (model.metadata.model_extra or {}).get("conversions") or {}
    try:
        return {
            kind: recorded[kind]
            for kind, path in places.items()
            if kind in recorded and _lies_there(path, recorded[kind]["sha256"])
        }
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise ModelError(
            "has 'conversions' in a form that export does not write",
            subject=f"{model.name}.json",
            remedy="remove this entry",
        ) from error


def _lies_there(path: Path, recorded: str | Mapping[str, str]) -> bool:
    """Whether a conversion's files have the recorded hashes: of one file, or by file name."""
    digests = {path.name: recorded} if isinstance(recorded, str) else recorded
    places = {path.with_name(name): digest for name, digest in digests.items()}
    return all(place.is_file() and sha256_of(place) == places[place] for place in places)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
