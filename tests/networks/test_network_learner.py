from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.networks.learner import Learned
from essentia_ldl.networks.losses import LOSSES, find_loss
from essentia_ldl.networks.modes import MODES
from essentia_ldl.networks.network_learner import NetworkLearner
from essentia_ldl.networks.network_session import NetworkSession
from essentia_ldl.networks.network_trainer import NetworkTrainer
from essentia_ldl.networks.patches import MelPatches
from essentia_ldl.networks.training_store import TrainingStore
from essentia_ldl.networks.weights import Weights, initial_weights, set_weights
from essentia_ldl.progress import Silent
from tests.networks.tiny import TINY, tasks_of, two_timbres
from tests.recorder import Recorder

GCE = "generalized_crossentropy"


@pytest.fixture(scope="module")
def published() -> Weights:
    """Weights of the tiny network for three classes, as if it had been trained for those."""
    weights = initial_weights(TINY.build(3), (7,))
    weights["batch_normalization/moving_mean"] += 0.1
    return weights


def _learner(folder: Path, mode: str, published: Weights) -> NetworkLearner:
    return NetworkLearner(TINY, MODES[mode], published, TrainingStore(folder))


def _learn(learner: NetworkLearner, epochs: int = 3, losses: tuple[str, ...] = (GCE,)) -> Learned:
    features, y = two_timbres()
    return learner.learn(features, tasks_of(y, losses), epochs=epochs, progress=Silent())


def _assert_equal(one: Learned, other: Learned) -> None:
    np.testing.assert_array_equal(one.probabilities, other.probabilities)
    assert one.model.weights.keys() == other.model.weights.keys()
    for name, values in one.model.weights.items():
        np.testing.assert_array_equal(values, other.model.weights[name], err_msg=name)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_learns_and_predicts_what_it_did_not_learn_from(
    mode: str, published: Weights, tmp_path: Path
) -> None:
    epochs = {"scratch": 20, "frozen": 80, "finetuned": 40}[mode]
    learnt = _learn(_learner(tmp_path, mode, published), epochs)

    (probabilities,) = learnt.probabilities
    assert np.isnan(probabilities[:10]).all()
    assert probabilities[10:].argmax(axis=1).tolist() == [0, 1]
    np.testing.assert_allclose(probabilities[10:].sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("mode", MODES)
def test_modes_train_what_they_say(mode: str, published: Weights, tmp_path: Path) -> None:
    weights = _learn(_learner(tmp_path, mode, published)).model.weights

    convolutions = [name for name in published if name.startswith(("conv1d", "batch_norm"))]
    kept = {
        name
        for name in convolutions
        if not name.startswith("batch_normalization_1/")
        and np.array_equal(weights[name], published[name])
    }
    assert (len(kept) == 6) == (mode == "frozen")
    far = np.abs(weights["conv1d/kernel"] - published["conv1d/kernel"]).max()
    assert (far < 0.01) == (mode != "scratch")
    assert weights["dense_1/kernel"].shape == (8, 2)


@pytest.mark.parametrize("loss", LOSSES)
def test_frozen_equals_training_through_the_whole_network(
    loss: str, published: Weights, tmp_path: Path
) -> None:
    features, y = two_timbres(40)
    task = tasks_of(y, (loss,))[0]
    learner = _learner(tmp_path, "frozen", published)
    quick = learner.learn(features, [task], epochs=4, progress=Silent()).model

    network = TINY.build(2)
    for name in ("conv1d", "batch_normalization"):
        network.get_layer(name).trainable = False
    whole = keras.Model(network.input, network.get_layer("predictions").input)
    trainer = NetworkTrainer(whole, find_loss(loss), learner.settings)
    fresh = initial_weights(network, task.key)
    trainer.start({n: fresh[n] if n.startswith("dense_1/") else published[n] for n in fresh})
    for epoch in range(4):
        trainer.train_epoch(task, MelPatches(features.mel_bands, 93), epoch, lambda: None)

    for name, values in trainer.weights().items():
        np.testing.assert_allclose(quick.weights[name], values, atol=2e-5, err_msg=name)


@pytest.mark.parametrize("mode", ["scratch", "frozen"])
def test_run_that_was_broken_off_goes_on_and_ends_alike(
    mode: str, published: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("essentia_ldl.networks.network_session._SECONDS_BETWEEN_SAVES", 0)
    losses = ("mean_absolute_error", GCE)
    expected = _learn(_learner(tmp_path / "a", mode, published), 4, losses)

    broken = _learner(tmp_path / "b", mode, published)
    train_epoch = NetworkTrainer.train_epoch
    seen: list[int] = []

    def until_the_sixth(*args: object) -> float:
        if len(seen) == 6:
            raise KeyboardInterrupt
        seen.append(1)
        return train_epoch(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(NetworkTrainer, "train_epoch", until_the_sixth)
        with pytest.raises(KeyboardInterrupt):
            _learn(broken, 4, losses)
    features, y = two_timbres()
    progress = Recorder()
    resumed = broken.learn(features, tasks_of(y, losses), epochs=4, progress=progress)

    _assert_equal(resumed, expected)
    assert [total for name, total, _ in progress.stages if name == "Training networks"] == [12 - 6]


def test_finished_networks_are_taken_over_and_other_settings_are_not(
    published: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = _learner(tmp_path, "frozen", published)
    first = _learn(learner)

    def refuse(*args: object) -> float:
        raise AssertionError("trained again")

    with monkeypatch.context() as patch:
        patch.setattr(NetworkTrainer, "train_epoch", refuse)
        _assert_equal(_learn(learner), first)
        others = {name: values + 1e-3 for name, values in published.items()}
        for other in (replace(learner, mode=MODES["scratch"]), replace(learner, published=others)):
            with pytest.raises(AssertionError, match="trained again"):
                _learn(other)
        with pytest.raises(AssertionError, match="trained again"):
            _learn(learner, epochs=2)


def test_damaged_file_costs_the_network_alone(published: Weights, tmp_path: Path) -> None:
    learner = _learner(tmp_path, "frozen", published)
    first = _learn(learner)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:-30])

    _assert_equal(_learn(learner), first)


def test_store_that_cannot_be_written_costs_the_keeping_alone(published: Weights) -> None:
    features, y = two_timbres()
    progress = Silent()
    learner = _learner(Path("/proc/none"), "frozen", published)

    learnt = learner.learn(features, tasks_of(y), epochs=2, progress=progress)

    assert np.isfinite(learnt.probabilities[0, 10:]).all()
    (warning,) = progress.warnings
    assert "a broken run starts anew" in warning


def test_divergence_is_told_and_the_last_good_state_kept(
    published: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("essentia_ldl.networks.network_session._SECONDS_BETWEEN_SAVES", 0)
    train_epoch = NetworkTrainer.train_epoch

    def overflow(self: NetworkTrainer, *args: object) -> float:
        loss = train_epoch(self, *args)  # type: ignore[arg-type]
        # As after a step that was far too long.
        set_weights(self._network, {n: v + np.float32(np.inf) for n, v in self.weights().items()})
        return loss

    learner = _learner(tmp_path, "scratch", published)
    features, y = two_timbres()
    task = tasks_of(y)[0]
    with monkeypatch.context() as patch:
        epochs: Iterator[Callable[..., float]] = iter([train_epoch, train_epoch, overflow])

        def next_epoch(*args: object) -> float:
            return next(epochs)(*args)

        patch.setattr(NetworkTrainer, "train_epoch", next_epoch)
        with pytest.raises(ModelError) as caught:
            learner.learn(features, [task], epochs=9, progress=Silent())

    assert str(caught.value).startswith(
        "Tiny, labels categorical_crossentropy: training diverged in epoch "
    )
    assert "after epoch 2, it is kept in" in str(caught.value)
    assert "--loss" in caught.value.remedy
    (path,) = tmp_path.glob("tiny-*.npz")
    epoch, state = learner.store.load(path.stem)
    assert epoch == 2
    assert all(np.isfinite(values).all() for values in state.values())


def test_prediction_is_the_mean_over_essentias_patches(published: Weights, tmp_path: Path) -> None:
    learner = _learner(tmp_path, "scratch", published)
    features, y = two_timbres()
    learnt = _learn(learner)
    task = tasks_of(y, (GCE,))[0]
    session = NetworkSession(learner, features.mel_bands, 2, 3, Silent())
    session.prepare(lambda: None)
    session.train(task, lambda n: None, lambda: None)

    network = session.trained(task).build()
    patches = MelPatches(features.mel_bands, 93).track(11)
    expected = np.asarray(network(patches, training=False)).mean(axis=0)

    np.testing.assert_allclose(learnt.probabilities[0, 11], expected, atol=1e-6)
