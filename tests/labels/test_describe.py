"""Settings of enhancers as JSON."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn.impute import SimpleImputer

from essentia_ldl.labels import LMNN, PRESETS, KNNSmoothing, describe, preset


def test_estimators_within_are_described_too() -> None:
    described = describe(
        preset("s_b").build(n_neighbors={"s_b": 30}, n_components=32, random_state=4)
    )
    assert described["class"] == "KNNSmoothing"
    assert described["n_neighbors"] == 30
    assert described["include_self"] is False
    space = described["transformer"]
    assert space["class"] == "Pipeline"
    (_, scaler), (_, learner) = space["steps"]
    assert scaler["class"] == "StandardScaler"
    assert learner == {
        "class": "LMNN",
        "dtype": "float64",
        "init": "auto",
        "learn_rate": 1e-7,
        "max_iter": 10000,
        "n_components": 32,
        "n_jobs": None,
        "n_neighbors": 3,
        "preprocessor": None,
        "push_weight": 0.5,
        "random_state": 4,
        "solver": "gd",
        "target_neighbors": "nearest",
        "tol": None,
        "verbose": False,
        "whiten": False,
    }


@pytest.mark.parametrize(
    "enhancer",
    [
        *(
            entry.build(n_neighbors={"s_a": 3, "s_b": 3}, n_components=2, random_state=0)
            for entry in PRESETS.values()
        ),
        LMNN(init=np.eye(2, 3), tol=np.float64(0.5)).set_params(n_components=np.int64(2)),
        LMNN(random_state=np.random.RandomState(0)),
        KNNSmoothing(3, transformer=SimpleImputer(missing_values=np.nan)),
    ],
)
def test_json_keeps_every_description(enhancer: Any) -> None:
    described = describe(enhancer)
    assert json.loads(json.dumps(described, allow_nan=False)) == described


def test_arrays_become_lists() -> None:
    assert describe(LMNN(init=np.eye(1, 2)))["init"] == [[1.0, 0.0]]
