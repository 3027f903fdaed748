import hashlib
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.errors import CollectionError, ModelError, OptionError
from essentia_ldl.networks.heads import (
    Head,
    HeadSettings,
    initial_head,
    predict_patches,
    predict_tracks,
    train_heads,
)
from essentia_ldl.networks.task import TrainingTask
from tests.recorder import Recorder

Embeddings = list[NDArray[np.float32]]

CE, MAE = "categorical_crossentropy", "mean_absolute_error"


def two_blobs(n_tracks: int = 40, n_values: int = 8) -> tuple[Embeddings, NDArray[np.int64]]:
    """Tracks of two classes, 1 to 4 patches each, apart along every axis."""
    rng = np.random.default_rng(7)
    y = np.arange(n_tracks) % 2
    embeddings = [
        (rng.normal(size=(rng.integers(1, 5), n_values)) + 2 * label).astype(np.float32)
        for label in y
    ]
    return embeddings, y


def tasks_of(y: NDArray[np.int64]) -> list[TrainingTask]:
    """Heads of several sizes and losses, none sorted."""
    one_hot = np.eye(2)[y]
    sizes = [(40, MAE), (11, CE), (33, CE), (40, "kullback_leibler_divergence"), (32, MAE)]
    return [
        TrainingTask(np.arange(n), one_hot[:n], loss, (5, i)) for i, (n, loss) in enumerate(sizes)
    ]


def weights(head: Head) -> list[NDArray[np.float32]]:
    return [getattr(head, field.name) for field in fields(Head)]


def digest(heads: tuple[Head, ...]) -> str:
    content = b"".join(array.tobytes() for head in heads for array in weights(head))
    return hashlib.sha256(content).hexdigest()


def distance(a: Head, b: Head) -> float:
    return max(float(np.abs(x - y).max()) for x, y in zip(weights(a), weights(b), strict=True))


def test_heads_learn() -> None:
    embeddings, y = two_blobs()

    heads = train_heads(embeddings, tasks_of(y), epochs=60)

    probabilities = predict_tracks(heads, embeddings)
    assert probabilities.shape == (5, 40, 2)
    np.testing.assert_array_equal(probabilities.argmax(axis=2), np.tile(y, (5, 1)))


def test_a_head_alone_is_the_head_among_others() -> None:
    embeddings, y = two_blobs()
    tasks = tasks_of(y)

    together = train_heads(embeddings, tasks, epochs=20)
    fewer = train_heads(embeddings, tasks[3:], epochs=20)

    for task, head in zip(tasks, together, strict=True):
        (alone,) = train_heads(embeddings, [task], epochs=20)
        assert distance(alone, head) < 1e-5
    for alone, head in zip(fewer, together[3:], strict=True):
        assert distance(alone, head) < 1e-5


def test_twins_in_a_stack_end_alike_to_the_last_bit() -> None:
    # Where the gradient jumps, the least difference in rounding makes another head.
    rng = np.random.default_rng(3)
    embeddings = [rng.normal(size=(3, 200)).astype(np.float32) for _ in range(48)]
    targets = rng.multinomial(10, np.ones(7) / 7, size=48) / 10
    tasks = [TrainingTask(np.arange(48), targets, MAE, key) for key in [(1,), (2,), (3,), (1,)]]

    first, *_, last = train_heads(embeddings, tasks, epochs=150)

    assert distance(first, last) == 0


def test_heads_with_one_key_start_alike() -> None:
    embeddings, y = two_blobs()
    tasks = [TrainingTask(np.arange(40), np.eye(2)[y], CE, key) for key in [(1, 2), (1, 2), (1, 3)]]

    first, same, other = train_heads(embeddings, tasks, epochs=3)

    assert distance(first, same) < 1e-6
    assert distance(first, other) > 0.1


def test_the_same_arguments_give_the_same_bytes() -> None:
    embeddings, y = two_blobs()

    # In another process too: see tests/export/test_head_graph.py.
    first, second = (train_heads(embeddings, tasks_of(y), epochs=20) for _ in range(2))

    assert digest(first) == digest(second)


def test_inputs_are_not_changed() -> None:
    embeddings, y = two_blobs()
    task = TrainingTask(np.arange(40), np.eye(2)[y], CE, (0,))
    before = [embeddings[3].copy(), task.train.copy(), task.targets.copy()]

    train_heads(embeddings, [task], epochs=1)

    for array, copy in zip([embeddings[3], task.train, task.targets], before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_initial_head_is_glorot_uniform() -> None:
    head = initial_head((1,), 200, 100, 10)

    limit = np.sqrt(6 / 300)
    assert 0.99 * limit < np.abs(head.dense_kernel).max() <= limit
    np.testing.assert_allclose(head.dense_kernel.std(), limit / np.sqrt(3), rtol=0.02)
    np.testing.assert_allclose(head.output_kernel.std(), np.sqrt(6 / 110 / 3), rtol=0.1)
    assert not head.dense_bias.any()
    assert not head.output_bias.any()
    assert {array.dtype for array in weights(head)} == {np.dtype(np.float32)}


def test_progress_has_a_step_per_epoch() -> None:
    embeddings, y = two_blobs()
    recorder = Recorder()

    train_heads(embeddings, tasks_of(y)[:1], epochs=3, progress=recorder)

    assert recorder.stages == [("Training heads", 3, [1, 1, 1])]


def test_no_task_no_head() -> None:
    assert train_heads(two_blobs()[0], []) == ()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_embeddings_that_are_no_numbers(value: float) -> None:
    embeddings, y = two_blobs()
    embeddings[7][0, 3] = value

    with pytest.raises(CollectionError, match=r"embeddings of track 7: NaN or infinite"):
        train_heads(embeddings, tasks_of(y))


def test_track_without_patches() -> None:
    embeddings, y = two_blobs()
    embeddings[4] = embeddings[4][:0]

    with pytest.raises(CollectionError, match="embeddings of track 4: no patch"):
        train_heads(embeddings, tasks_of(y))


def test_training_that_diverges() -> None:
    embeddings, y = two_blobs()

    with pytest.raises(ModelError, match=r"head \(5, \d\): training diverged in epoch"):
        train_heads(embeddings, tasks_of(y), settings=HeadSettings(learning_rate=1e30), epochs=5)


def test_unknown_loss() -> None:
    embeddings, y = two_blobs()
    task = TrainingTask(np.arange(40), np.eye(2)[y], "mse", (0,))

    with pytest.raises(OptionError, match="no such loss"):
        train_heads(embeddings, [task])


@pytest.mark.parametrize(
    ("train", "targets", "message"),
    [
        ([], np.zeros((0, 2)), "no track"),
        ([0, 1], np.eye(2)[:1], "shape"),
        ([0, 1], np.eye(3)[:2], "shape"),
        ([0, 40], np.eye(2), "beyond"),
        ([0, -1], np.eye(2), "beyond"),
        ([0, 1], np.full((2, 2), np.nan), "NaN"),
    ],
)
def test_arrays_that_do_not_fit(
    train: list[int], targets: NDArray[np.float64], message: str
) -> None:
    embeddings, y = two_blobs()
    wrong = TrainingTask(np.array(train, dtype=np.int64), targets, CE, (0,))

    with pytest.raises(ValueError, match=message):
        train_heads(embeddings, [tasks_of(y)[0], wrong])


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(2, 6), st.lists(st.integers(1, 5), min_size=1))
def test_predictions_are_distributions(seed: int, n_classes: int, n_patches: list[int]) -> None:
    rng = np.random.default_rng(seed)
    heads = [initial_head((seed, i), 8, 10, n_classes) for i in range(2)]
    embeddings = [(9 * rng.normal(size=(n, 8))).astype(np.float32) for n in n_patches]

    probabilities = predict_tracks(heads, embeddings)

    assert probabilities.shape == (2, len(n_patches), n_classes)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=2), 1, atol=1e-6)
    order = rng.permutation(len(n_patches))
    permuted = predict_tracks(heads, [embeddings[i] for i in order])
    np.testing.assert_allclose(permuted, probabilities[:, order], atol=1e-6)


def test_a_track_is_the_mean_of_its_patches(rng: np.random.Generator) -> None:
    head = initial_head((0,), 8, 10, 3)
    embeddings = [rng.normal(size=(n, 8)).astype(np.float32) for n in (4, 1)]

    tracks = predict_tracks([head], embeddings)[0]

    for track, patches in zip(tracks, embeddings, strict=True):
        np.testing.assert_allclose(track, predict_patches(head, patches).mean(axis=0), atol=1e-6)


def test_patch_probabilities_by_hand() -> None:
    head = Head(
        dense_kernel=np.array([[1, -1]], np.float32),
        dense_bias=np.array([0, 1], np.float32),
        output_kernel=np.array([[np.log(2), 0], [0, np.log(3)]], np.float32),
        output_bias=np.array([0, 0], np.float32),
    )

    # Hidden units (1, 0) and (0, 2): weights 2 : 1 and 1 : 9.
    np.testing.assert_allclose(
        predict_patches(head, [[1.0], [-1.0]]), [[2 / 3, 1 / 3], [0.1, 0.9]], rtol=1e-6
    )
