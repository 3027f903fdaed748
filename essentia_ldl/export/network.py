"""A trained network as one model in the zoo's form, from sound to classes, checked in Essentia.

Freezing runs in a worker process: TensorFlow does it, whatever backend Keras was trained with.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from essentia_ldl.export.classifier import MODEL_VERSION, ExportedClassifier, classifier_metadata
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.parity import Values, check_backbone
from essentia_ldl.files import write_bytes
from essentia_ldl.networks.modes import Mode
from essentia_ldl.networks.weights import TrainedNetwork
from essentia_ldl.workers import WorkerPool
from essentia_ldl.zoo import ModelMetadata, nodes
from essentia_ldl.zoo.frontends import MUSICNN
from essentia_ldl.zoo.metadata import Inference, Input, Output, Schema

#: Both networks take the patches that this algorithm cuts.
ALGORITHM = "TensorflowPredictMusiCNN"


def network_name(task: str, network: TrainedNetwork, mode: Mode) -> str:
    """File stem in the zoo's scheme, as in ``mood_happy-musicnn-frozen-1``."""
    return f"{task}-{network.architecture.name}-{mode.name}-{MODEL_VERSION}"


def network_metadata(
    network: TrainedNetwork,
    task: str,
    classes: Sequence[str],
    *,
    sample_rate: int,
    resample_quality: int,
    dataset: Mapping[str, Any],
    label_enhancement: Mapping[str, Any],
    training: Mapping[str, Any],
) -> ModelMetadata:
    """Metadata of a whole model: its algorithm takes sound, and there is no embedding model.

    Parameters
    ----------
    network : TrainedNetwork
    task : str
    classes : sequence of str
        In the order of the outputs.
    sample_rate, resample_quality : int
        Of the sound that it was trained on.
    dataset, label_enhancement, training : mapping
        See `essentia_ldl.export.classifier.head_metadata`.
    """
    return classifier_metadata(
        task,
        classes,
        _schema(network),
        Inference(sample_rate=sample_rate, resample_quality=resample_quality, algorithm=ALGORITHM),
        dataset=dataset,
        label_enhancement=label_enhancement,
        training=training,
    )


def export_network(
    network: TrainedNetwork, metadata: ModelMetadata, name: str, folder: Path
) -> ExportedClassifier:
    """Write a network's frozen graph and JSON, once Essentia was seen to give its numbers.

    Parameters
    ----------
    network : TrainedNetwork
    metadata : ModelMetadata
        From `network_metadata`; the graph's hash and the parity are added.
    name : str
        Of the two files, without suffix.
    folder : Path

    Raises
    ------
    ParityError
        If Essentia's answers differ by more than 3e-5 (as a part of the largest value, where that
        is above 1); nothing is written then.
    OutputError
        If the folder cannot be written.
    """
    with WorkerPool(jobs=1) as worker, tempfile.TemporaryDirectory() as temporary:
        graph = worker.call(_freeze, network)
        candidate = Path(temporary) / f"{name}.pb"
        write_bytes(candidate, graph)

        def compute(patches: Values) -> dict[str, Values]:
            return worker.call(_run, network, patches)

        difference = check_backbone(candidate, metadata, compute)
    checked = FrozenModel(name, metadata, graph).described(
        sha256=hashlib.sha256(graph).hexdigest(), parity_max_abs_diff=difference
    )
    pb, json = checked.write(folder)
    return ExportedClassifier(pb, json, hashlib.sha256(graph).hexdigest(), difference)


def network_snippet(pb: Path, metadata: ModelMetadata, audio: str = "song.mp3") -> str:
    """Python code that classifies one file with Essentia alone; see `essentia_snippet`."""
    inference = metadata.inference
    rate, quality = inference.sample_rate, inference.resample_quality
    return f"""\
from essentia.standard import MonoLoader, {ALGORITHM}

audio = MonoLoader(filename={audio!r}, sampleRate={rate}, resampleQuality={quality})()
predictions = {ALGORITHM}(graphFilename={str(pb)!r}, output={nodes.HEAD_OUTPUT!r})(audio)
"""


def _freeze(network: TrainedNetwork) -> bytes:
    _choose_tensorflow()
    from essentia_ldl.export.network_graph import freeze_network

    return freeze_network(network)


def _run(network: TrainedNetwork, patches: Values) -> dict[str, Values]:
    _choose_tensorflow()
    from essentia_ldl.export.network_graph import run_network

    return run_network(network, patches)


def _choose_tensorflow() -> None:
    # In a worker, before Keras is loaded there; it would take the backend that trained.
    os.environ["KERAS_BACKEND"] = "tensorflow"


def _schema(network: TrainedNetwork) -> Schema:
    architecture = network.architecture
    return Schema(
        inputs=[Input(name=nodes.INPUT, shape=list(MUSICNN.patch_shape))],
        outputs=[
            Output(
                name=nodes.HEAD_OUTPUT,
                shape=[network.n_classes],
                op="Softmax",
                output_purpose="predictions",
            ),
            Output(
                name=architecture.penultimate_node,
                shape=[architecture.penultimate_size],
                description="penultimate layer",
            ),
        ],
    )
