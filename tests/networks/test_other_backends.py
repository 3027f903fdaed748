"""Training under Keras's other backends, in processes of their own: Keras has one in each."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

_TRAIN = """
import json, sys
from pathlib import Path
import keras
from essentia_ldl.networks.modes import MODES
from essentia_ldl.networks.network_learner import NetworkLearner
from essentia_ldl.networks.training_store import TrainingStore
from essentia_ldl.networks.weights import initial_weights
from essentia_ldl.progress import Silent
from tests.networks.tiny import TINY, tasks_of, two_timbres

features, y = two_timbres()
published = initial_weights(TINY.build(3), (7,))
store = TrainingStore(Path(sys.argv[1]))
learner = NetworkLearner(TINY, MODES["scratch"], published, store)
tasks = tasks_of(y, ("generalized_crossentropy",))
learnt = learner.learn(features, tasks, epochs=20, progress=Silent())
print(json.dumps([keras.config.backend(), learnt.probabilities[0, 10:].tolist()]))
"""

_HEADS = """
import numpy as np
from essentia_ldl.errors import OptionError
from essentia_ldl.networks.heads import train_heads
from essentia_ldl.networks.task import TrainingTask
try:
    train_heads([np.ones((1, 2), np.float32)], [TrainingTask(np.arange(1), np.eye(1), "x", (0,))])
except OptionError as error:
    print(error)
"""


def _run(code: str, backend: str, *arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()[-1]


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_networks_train(backend: str, tmp_path: Path) -> None:
    if find_spec(backend) is None:
        pytest.skip(f"needs {backend}, which is not installed")
    used, probabilities = json.loads(_run(_TRAIN, backend, str(tmp_path)))
    assert used == backend
    assert np.argmax(probabilities, axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(np.sum(probabilities, axis=1), 1, atol=1e-5)


def test_heads_say_that_they_need_tensorflow() -> None:
    pytest.importorskip("jax", reason="needs jax, which is not installed")
    told = _run(_HEADS, "jax")
    assert told.startswith("KERAS_BACKEND=jax: heads on embeddings train with TensorFlow alone")
