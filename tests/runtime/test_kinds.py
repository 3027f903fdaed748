import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError
from essentia_ldl.runtime import Kind, Prediction
from essentia_ldl.runtime.kinds import kind_of
from essentia_ldl.zoo import ModelMetadata
from essentia_ldl.zoo.metadata import Output


def _kind(type_: str, name: str, op: str = "") -> Kind:
    output = Output(name=name, shape=[2], op=op)
    metadata = ModelMetadata.model_validate(
        {
            "name": "model",
            "type": type_,
            "schema": {"inputs": [{"name": "x", "shape": [2]}], "outputs": [output.model_dump()]},
            "inference": {"sample_rate": 16000, "algorithm": "TensorflowPredict2D"},
        }
    )
    return kind_of(metadata, output)


@pytest.mark.parametrize(
    ("type_", "name", "op", "kind"),
    [
        ("multi-class classifier", "model/Softmax", "Softmax", Kind.DISTRIBUTION),
        ("", "model/Softmax", "", Kind.DISTRIBUTION),
        ("multi-class classifier", "PartitionedCall:0", "Softmax", Kind.DISTRIBUTION),
        ("multi-class classifier", "model/Sigmoid", "Sigmoid", Kind.SCORES),
        ("multi-class classifier", "model/Sigmoid", "", Kind.SCORES),
        ("multi-label classifier", "model/Sigmoid", "Sigmoid", Kind.TAGS),
        ("auto-tagging", "model/Sigmoid", "Sigmoid", Kind.TAGS),
        ("Music style classification and embeddings", "PartitionedCall:0", "Sigmoid", Kind.TAGS),
        ("regression model", "model/Identity", "Identity", Kind.QUANTITIES),
        ("Regression", "model/Sigmoid", "Sigmoid", Kind.QUANTITIES),
    ],
)
def test_the_metadata_say_what_values_mean(type_: str, name: str, op: str, kind: Kind) -> None:
    assert _kind(type_, name, op) is kind


def _rows(*rows: list[float]) -> NDArray[np.float32]:
    return np.asarray(rows, dtype=np.float32)


@pytest.mark.parametrize(
    ("values", "allowed"),
    [
        (_rows([0.25, 0.75], [1, 0]), set(Kind)),
        (_rows([0.9, 0.9]), {Kind.SCORES, Kind.TAGS, Kind.QUANTITIES}),
        (_rows([5.5, -2.0]), {Kind.QUANTITIES}),
        (_rows([0.5, float("nan")]), set()),
    ],
)
def test_values_of_another_kind_have_a_fault(
    values: NDArray[np.float32], allowed: set[Kind]
) -> None:
    assert {kind for kind in Kind if not kind.fault_of(values)} == allowed


def test_tags_have_no_label_and_scores_no_entropy() -> None:
    patches = _rows([0.9, 0.8], [0.7, 0.2])
    tags = Prediction.of("a.wav", ("x", "y"), patches, Kind.TAGS)
    assert (tags.label, tags.entropy) == (None, None)
    assert tags.probabilities == pytest.approx({"x": 0.8, "y": 0.5})
    scores = Prediction.of("a.wav", ("x", "y"), patches, Kind.SCORES)
    assert (scores.label, scores.entropy) == ("x", None)


def test_quantities_are_no_probabilities() -> None:
    found = Prediction.of("a.wav", ("valence", "arousal"), _rows([5, 3]), Kind.QUANTITIES)
    assert found.values == {"valence": 5, "arousal": 3}
    assert (found.label, found.entropy) == (None, None)
    with pytest.raises(ModelError, match="gives valence, arousal, and no probabilities"):
        _ = found.probabilities
    with pytest.raises(ModelError, match="no probabilities"):
        _ = found.patch_probabilities
