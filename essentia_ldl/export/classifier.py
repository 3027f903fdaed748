"""A trained head as the zoo has them: a frozen graph and its JSON, checked in Essentia."""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.export.head_graph import head_graph
from essentia_ldl.export.parity import check_head
from essentia_ldl.files import write_bytes, write_json
from essentia_ldl.networks.heads import Head, predict_patches
from essentia_ldl.versions import package_version
from essentia_ldl.zoo import Backbone, ModelMetadata, nodes

MODEL_VERSION = "1"


@dataclass(frozen=True)
class ExportedClassifier:
    """Where an exported head lies, and how far Essentia's answer is from training's."""

    pb: Path
    json: Path
    sha256: str
    parity_max_abs_diff: float


def model_name(task: str, backbone: Backbone) -> str:
    """File stem of a head in the zoo's scheme, as in ``mood_happy-msd-musicnn-1``."""
    return f"{task}-{backbone.name}-{MODEL_VERSION}"


def head_metadata(
    head: Head,
    task: str,
    classes: Sequence[str],
    backbone: Backbone,
    *,
    dataset: Mapping[str, Any],
    label_enhancement: Mapping[str, Any],
    training: Mapping[str, Any],
) -> dict[str, Any]:
    """Metadata of a head in the zoo's form, with how its labels were made and it was trained.

    Parameters
    ----------
    head : Head
    task : str
    classes : sequence of str
        In the order of the outputs.
    backbone : Backbone
    dataset : mapping
        The zoo's ``dataset`` entry: name, size, metrics.
    label_enhancement, training : mapping
        Settings, JSON-ready; this project's additions to the zoo's form.
    """
    return {
        "name": task.replace("_", " "),
        "type": "multi-class classifier",
        "link": "",
        "version": MODEL_VERSION,
        "description": f"classification into {len(classes)} classes: {', '.join(classes)}",
        "author": "",
        "email": "",
        "release_date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "framework": "tensorflow",
        "framework_version": package_version("tensorflow") or "",
        "classes": list(classes),
        "model_types": ["frozen_model"],
        "dataset": dict(dataset),
        "schema": _schema(head),
        "citation": "",
        "inference": {
            "sample_rate": backbone.metadata.inference.sample_rate,
            "resample_quality": backbone.metadata.inference.resample_quality,
            "algorithm": "TensorflowPredict2D",
            "embedding_model": {
                "algorithm": backbone.metadata.inference.algorithm,
                "model_name": backbone.graph.stem,
                "link": backbone.metadata.link,
            },
        },
        "label_enhancement": dict(label_enhancement),
        "training": dict(training),
    }


def export_classifier(
    head: Head, metadata: Mapping[str, Any], stem: Path, *, embeddings: NDArray[np.float32]
) -> ExportedClassifier:
    """Write a head's frozen graph and JSON, once Essentia was seen to give its numbers.

    Parameters
    ----------
    head : Head
    metadata : mapping
        From `head_metadata`; the graph's hash and the parity are added.
    stem : Path
        Path of the two files without their suffixes.
    embeddings : np.ndarray [shape=(n_patches, n_values)], float32
        Real embeddings to compare on.

    Raises
    ------
    ParityError
        If Essentia's probabilities differ by more than 1e-6; nothing is written then.
    """
    graph = head_graph(head)
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / f"{stem.name}.pb"
        write_bytes(candidate, graph)
        difference = check_head(candidate, embeddings, predict_patches(head, embeddings))
    digest = hashlib.sha256(graph).hexdigest()
    content = ModelMetadata.model_validate(
        {**metadata, "sha256": digest, "parity_max_abs_diff": difference}
    ).to_dict()
    pb, json = (stem.parent / f"{stem.name}{suffix}" for suffix in (".pb", ".json"))
    write_bytes(pb, graph)
    write_json(json, content)
    return ExportedClassifier(pb, json, digest, difference)


def _schema(head: Head) -> dict[str, Any]:
    n_values, n_hidden = head.dense_kernel.shape
    return {
        "inputs": [{"name": nodes.INPUT, "type": "float", "shape": [n_values]}],
        "outputs": [
            {
                "name": nodes.HEAD_OUTPUT,
                "type": "float",
                "shape": list(head.output_bias.shape),
                "op": "Softmax",
                "output_purpose": "predictions",
            },
            {
                "name": nodes.HEAD_PENULTIMATE,
                "type": "float",
                "shape": [n_hidden],
                "op": "fully connected",
                "description": "penultimate layer",
                "output_purpose": "",
            },
        ],
    }
