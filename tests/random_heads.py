"""Classification heads with random weights, in the zoo's form."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from essentia_ldl.export.head_graph import head_graph
from essentia_ldl.files import write_bytes, write_json
from essentia_ldl.networks.heads import initial_head


def write_head(
    stem: Path, name: str, classes: Sequence[str], *, seed: int = 0, **changes: Any
) -> Path:
    """Write a head on msd-musicnn embeddings, and return its JSON's path.

    The same `seed` gives the same weights; `changes` are to the JSON's content.
    """
    head = initial_head((seed,), 200, 100, len(classes))
    write_bytes(stem.with_suffix(".pb"), head_graph(head))
    softmax = {"name": "model/Softmax", "type": "float", "shape": [len(classes)], "op": "Softmax"}
    content = {
        "name": name,
        "type": "multi-class classifier",
        "classes": list(classes),
        "schema": {
            "inputs": [{"name": "model/Placeholder", "type": "float", "shape": [200]}],
            "outputs": [{**softmax, "output_purpose": "predictions"}],
        },
        "inference": {
            "sample_rate": 16000,
            "algorithm": "TensorflowPredict2D",
            "embedding_model": {
                "algorithm": "TensorflowPredictMusiCNN",
                "model_name": "msd-musicnn-1",
            },
        },
    }
    write_json(stem.with_suffix(".json"), {**content, **changes})
    return stem.with_suffix(".json")
