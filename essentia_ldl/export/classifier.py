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
from essentia_ldl.labels import BASELINE
from essentia_ldl.networks.heads import Head, predict_patches
from essentia_ldl.versions import package_version
from essentia_ldl.zoo import Backbone, ModelMetadata, nodes
from essentia_ldl.zoo.metadata import Dataset, EmbeddingModel, Inference, Input, Output, Schema

MODEL_VERSION = "1"

#: The paper whose label enhancements are implemented here.
PAPER = r"""@inproceedings{buisson2022ambiguity,
  title={Ambiguity modelling with label distribution learning for music classification},
  author={Buisson, Morgan and Alonso-Jim{\'e}nez, Pablo and Bogdanov, Dmitry},
  booktitle={IEEE International Conference on Acoustics, Speech and Signal Processing (ICASSP)},
  year={2022}
}"""


@dataclass(frozen=True)
class ExportedClassifier:
    """Where an exported model lies, and how far Essentia's answer is from training's."""

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
) -> ModelMetadata:
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
        Settings, JSON-ready; this project's additions to the zoo's form. Where ``labels`` in the
        first is not "none", the metadata cite the paper.
    """
    inference = backbone.metadata.inference
    return classifier_metadata(
        task,
        classes,
        _schema(head),
        Inference(
            sample_rate=inference.sample_rate,
            resample_quality=inference.resample_quality,
            algorithm="TensorflowPredict2D",
            embedding_model=EmbeddingModel(
                algorithm=inference.algorithm,
                model_name=backbone.model_name,
                link=backbone.metadata.link,
            ),
        ),
        dataset=dataset,
        label_enhancement=label_enhancement,
        training=training,
    )


def classifier_metadata(
    task: str,
    classes: Sequence[str],
    schema: Schema,
    inference: Inference,
    *,
    dataset: Mapping[str, Any],
    label_enhancement: Mapping[str, Any],
    training: Mapping[str, Any],
) -> ModelMetadata:
    """Metadata of any classifier that was trained here; parameters as in `head_metadata`."""
    enhanced = label_enhancement.get("labels", BASELINE) != BASELINE
    return ModelMetadata(
        name=task.replace("_", " "),
        type="multi-class classifier",
        version=MODEL_VERSION,
        description=f"classification into {len(classes)} classes: {', '.join(classes)}",
        release_date=datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        framework_version=package_version("tensorflow") or "",
        classes=list(classes),
        dataset=Dataset(**dataset),
        schema_=schema,
        citation=PAPER if enhanced else "",
        inference=inference,
        label_enhancement=dict(label_enhancement),
        training=dict(training),
    )


def export_classifier(
    head: Head, metadata: ModelMetadata, stem: Path, *, embeddings: NDArray[np.float32]
) -> ExportedClassifier:
    """Write a head's frozen graph and JSON, once Essentia was seen to give its numbers.

    Parameters
    ----------
    head : Head
    metadata : ModelMetadata
        From `head_metadata`; the graph's hash and the parity are added.
    stem : Path
        Path of the two files without their suffixes.
    embeddings : np.ndarray [shape=(n_patches, n_values)], float32
        Real embeddings to compare on.

    Raises
    ------
    ParityError
        If Essentia's probabilities differ by more than `head_tolerance`; nothing is written then.
    """
    graph = head_graph(head)
    with tempfile.TemporaryDirectory() as folder:
        candidate = Path(folder) / f"{stem.name}.pb"
        write_bytes(candidate, graph)
        difference = check_head(candidate, embeddings, predict_patches(head, embeddings))
    digest = hashlib.sha256(graph).hexdigest()
    checked = metadata.model_copy(update={"sha256": digest, "parity_max_abs_diff": difference})
    pb, json = (stem.parent / f"{stem.name}{suffix}" for suffix in (".pb", ".json"))
    write_bytes(pb, graph)
    write_json(json, checked.to_dict())
    return ExportedClassifier(pb, json, digest, difference)


def _schema(head: Head) -> Schema:
    n_values, n_hidden = head.dense_kernel.shape
    return Schema(
        inputs=[Input(name=nodes.INPUT, shape=[n_values])],
        outputs=[
            Output(
                name=nodes.HEAD_OUTPUT,
                shape=list(head.output_bias.shape),
                op="Softmax",
                output_purpose="predictions",
            ),
            Output(
                name=nodes.HEAD_PENULTIMATE,
                shape=[n_hidden],
                op="fully connected",
                description="penultimate layer",
            ),
        ],
    )
