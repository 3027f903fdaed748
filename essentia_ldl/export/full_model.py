"""A head and its backbone as one model, for a single Essentia algorithm."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from essentia_ldl.errors import ModelError
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.full_gate import check_full_model
from essentia_ldl.export.joining import join_graphs
from essentia_ldl.zoo import Backbone, ModelMetadata
from essentia_ldl.zoo.frontends import MUSICNN, VGGISH
from essentia_ldl.zoo.metadata import Inference, Input, Output, Schema
from essentia_ldl.zoo.nodes import INPUT

#: Patches of the algorithms that models are joined for: each is one input of the joined graph.
PATCH_SHAPES: Mapping[str, list[int]] = {
    "TensorflowPredictMusiCNN": [*MUSICNN.patch_shape],
    "TensorflowPredictVGGish": [*VGGISH.patch_shape],
}

#: Scope of the head's inner outputs in the joined graph; the backbone's keep their names, so that
#: code that takes its embeddings takes them from the joined graph too.
HEAD_SCOPE = "model/head/"


def full_model(head: FrozenModel, backbone: Backbone) -> FrozenModel:
    """Join a head and its backbone, once Essentia was seen to give the two-step path's numbers.

    The joined graph maps ``model/Placeholder`` (a patch of mel bands) to the head's predictions,
    whose node keeps its name. The backbone's embedding keeps its name too; the head's other
    outputs, such as its penultimate layer, move to ``model/head/...``.

    Parameters
    ----------
    head : FrozenModel
    backbone : Backbone
        For TensorflowPredictMusiCNN or TensorflowPredictVGGish with default patches.

    Returns
    -------
    FrozenModel
        Named ``TASK-BACKBONE-full-VERSION``. Its metadata record both parts' hashes, and in
        ``parity_max_abs_diff`` how far its answers are from the two-step path's.

    Raises
    ------
    ModelError
        If one of the graphs cannot be joined or run, or takes other patches.
    ParityError
        If probabilities differ by more than 1e-6.
    """
    metadata = _metadata(head, backbone)
    embedding = backbone.embedding_output
    others = _other_outputs(head)
    graph = join_graphs(
        backbone.graph.read_bytes(),
        head.graph,
        embedding=embedding,
        head_input=head.metadata.schema_.inputs[0].name,
        outputs_of_backbone={embedding: embedding},
        outputs_of_head={
            head.predictions.name: head.predictions.name,
            **{_scoped(output.name): output.name for output in others},
        },
    )
    joined = FrozenModel(full_name(head.name), metadata, graph)
    difference = check_full_model(joined, head, backbone)
    digest = hashlib.sha256(graph).hexdigest()
    return joined.described(sha256=digest, parity_max_abs_diff=difference)


def full_name(head_name: str) -> str:
    """Return the joined model's name, with the version at its end as in the zoo.

    Examples
    --------
    >>> full_name("mood_happy-msd-musicnn-1")
    'mood_happy-msd-musicnn-full-1'
    >>> full_name("my_head")
    'my_head-full'
    """
    return re.sub(r"(-\d+)?$", r"-full\1", head_name, count=1)


def _scoped(name: str) -> str:
    return HEAD_SCOPE + name.removeprefix("model/")


def _other_outputs(head: FrozenModel) -> list[Output]:
    return [output for output in head.metadata.schema_.outputs if output != head.predictions]


def _metadata(head: FrozenModel, backbone: Backbone) -> ModelMetadata:
    inference = backbone.metadata.inference
    shape = backbone.metadata.schema_.inputs[0].shape[-2:]
    if shape != PATCH_SHAPES.get(inference.algorithm):
        raise ModelError(
            f"takes other patches than {' or '.join(PATCH_SHAPES)} cut by default",
            subject=backbone.graph,
            remedy="use the head and its backbone one after the other",
        )
    embedding = backbone.metadata.schema_.output("embeddings")
    predictions = head.predictions.model_copy(update={"shape": [head.predictions.size]})
    others = [
        output.model_copy(update={"name": _scoped(output.name), "shape": [output.size]})
        for output in _other_outputs(head)
    ]
    description = f"{head.metadata.description}; {backbone.model_name} and its head in one graph"
    return head.metadata.model_copy(
        update={
            "description": description.removeprefix("; "),
            "link": "",
            "model_types": ["frozen_model"],
            "conversions": None,
            "schema_": Schema(
                inputs=[Input(name=INPUT, shape=shape)],
                outputs=[predictions, *([embedding] if embedding else []), *others],
            ),
            "inference": Inference(
                sample_rate=inference.sample_rate,
                resample_quality=head.metadata.inference.resample_quality,
                algorithm=inference.algorithm,
            ),
            "provenance": {
                "head": {"name": head.name, "sha256": hashlib.sha256(head.graph).hexdigest()},
                "backbone": {"name": backbone.model_name, "sha256": backbone.sha256},
            },
        }
    )
