from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import OptionError
from essentia_ldl.features import Features
from essentia_ldl.networks.architectures import ARCHITECTURES, find_architecture
from essentia_ldl.networks.heads import HeadSettings, predict_tracks, train_heads
from essentia_ldl.networks.learner import HeadLearner
from essentia_ldl.networks.modes import MODES, find_mode
from essentia_ldl.networks.network_learner import NetworkLearner
from essentia_ldl.networks.task import TrainingTask, check_tasks
from essentia_ldl.networks.training_store import TrainingStore
from essentia_ldl.progress import Silent


def test_heads_are_learnt_as_without_the_learner(
    rng: np.random.Generator,
) -> None:
    y = np.arange(12) % 2
    embeddings = tuple(rng.normal(2 * i, 1, (3, 8)).astype(np.float32) for i in y)
    tasks = [
        TrainingTask(np.arange(n), np.eye(2)[y[:n]], "categorical_crossentropy", (n,))
        for n in (8, 10, 12)
    ]
    features = Features(mfcc_s=None, mfcc_p=None, embeddings=embeddings)

    learnt = HeadLearner().learn(features, tasks, epochs=5, progress=Silent())

    *heads, final = train_heads(embeddings, tasks, epochs=5)
    np.testing.assert_array_equal(learnt.probabilities, predict_tracks(heads, embeddings))
    np.testing.assert_array_equal(learnt.model.dense_kernel, final.dense_kernel)


def test_settings_are_recorded(tmp_path: Path) -> None:
    assert HeadLearner().record() == asdict(HeadSettings())
    store = TrainingStore(tmp_path)
    learner = NetworkLearner(ARCHITECTURES["vgg"], MODES["finetuned"], {}, store)
    assert learner.record() == {
        "optimizer": "Adam",
        "learning_rate": 1e-4,
        "batch_size": 32,
        "weight_decay": 1e-5,
        "patch_hop": 1,
    }


def test_epochs_are_the_papers() -> None:
    assert {name: mode.epochs for name, mode in MODES.items()} == {
        "scratch": 600,
        "frozen": 150,
        "finetuned": 150,
    }


def test_unknown_names_list_the_known() -> None:
    with pytest.raises(OptionError, match=r"vgg16: no such network .*musicnn, vgg"):
        find_architecture("vgg16")
    with pytest.raises(OptionError, match=r"melted: no such mode .*scratch, frozen, finetuned"):
        find_mode("melted")


def test_tasks_are_named_in_errors() -> None:
    named = TrainingTask(np.arange(2), np.eye(2), "mean_absolute_error", (1,), "fold 3")
    with pytest.raises(ValueError, match="fold 3 learns from tracks beyond the 1 given"):
        check_tasks([named], 1)
