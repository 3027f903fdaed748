"""Metadata of the zoo's files among the shared ones, which lie there without their JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

TASKS = Path(__file__).parents[2] / "models" / "tasks"


def _metadata(name: str, kind: str, classes: list[str], **inference: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "classes": classes,
        "inference": {"sample_rate": 16000, **inference},
    }


def _schema(node_in: str, shape: list[int], node_out: str, n_outputs: int) -> dict[str, Any]:
    return {
        "inputs": [{"name": node_in, "type": "float", "shape": shape}],
        "outputs": [
            {
                "name": node_out,
                "type": "float",
                "shape": [n_outputs],
                "op": "Sigmoid" if "Sigmoid" in node_out else "",
                "output_purpose": "predictions",
            }
        ],
    }


def _zoo_models() -> dict[str, dict[str, Any]]:
    dortmund = json.loads((TASKS / "genre_dortmund.json").read_text())["classes"]
    return {
        "genre_dortmund_musicnn_msd": {
            **_metadata(
                "genre dortmund",
                "multi-class classifier",
                dortmund,
                algorithm="TensorflowPredictMusiCNN",
            ),
            "schema": _schema("model/Placeholder", [187, 96], "model/Sigmoid", 9),
        },
        "emomusic-msd-musicnn-1": {
            **_metadata(
                "arousal_valence",
                "regression model",
                ["valence", "arousal"],
                algorithm="TensorflowPredict2D",
                embedding_model={
                    "algorithm": "TensorflowPredictMusiCNN",
                    "model_name": "msd-musicnn-1",
                },
            ),
            "schema": _schema("flatten_in_input", [200], "dense_out", 2),
        },
        "small_vggish_init": {
            **_metadata(
                "two tags",
                "multi-label classifier",
                ["one", "other"],
                algorithm="TensorflowPredictVGGish",
            ),
            "schema": _schema("model/Placeholder", [96, 64], "model/Sigmoid", 2),
        },
    }


ZOO_MODELS = _zoo_models()


def place_zoo_model(shared: Path, folder: Path, name: str, **changes: Any) -> Path:
    """Copy a file of the zoo and write its JSON, or what `changes` make of it, beside it."""
    shutil.copy(shared / "zoo" / f"{name}.pb", folder)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**ZOO_MODELS[name], **changes}))
    return path
