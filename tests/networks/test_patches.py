from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.networks.patches import MelPatches, PatchFeatures, draw_epoch
from essentia_ldl.networks.task import TrainingTask


@pytest.fixture
def bands(rng: np.random.Generator) -> list[NDArray[np.float16]]:
    return [rng.normal(size=(n, 96)).astype(np.float16) for n in (187, 279, 280, 400)]


def _task(n: int, key: tuple[int, ...] = (1,)) -> TrainingTask:
    return TrainingTask(np.arange(n), np.eye(n), "mean_absolute_error", key)


@pytest.mark.parametrize(("hop", "expected"), [(1, [1, 93, 94, 214]), (93, [1, 1, 2, 3])])
def test_patches_of_a_track(
    bands: list[NDArray[np.float16]], hop: int, expected: list[int]
) -> None:
    assert MelPatches(bands, hop).n_patches.tolist() == expected


def test_patches_are_cut_where_they_say(bands: list[NDArray[np.float16]]) -> None:
    patches = MelPatches(bands, hop=1)
    rows = patches.rows(np.array([3, 0]), np.array([213, 0]))
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows[0], bands[3][213:])
    np.testing.assert_array_equal(rows[1], bands[0])
    track = patches.track(3)
    assert len(track) == 3
    np.testing.assert_array_equal(track[2], bands[3][186:373])


def test_features_are_drawn_as_the_patches_they_are_of(bands: list[NDArray[np.float16]]) -> None:
    patches = MelPatches(bands, hop=93)
    features = PatchFeatures([patches.track(i).sum(axis=2) for i in range(4)])
    task = _task(4)
    for (rows, targets), (summed, same) in zip(
        draw_epoch(task, patches, 5, 3), draw_epoch(task, features, 5, 3), strict=True
    ):
        np.testing.assert_allclose(rows.sum(axis=2), summed, rtol=1e-6)
        np.testing.assert_array_equal(targets, same)


@pytest.mark.parametrize(("n", "sizes"), [(33, [17, 16]), (32, [32]), (65, [22, 22, 21]), (1, [1])])
def test_every_track_once_in_batches_of_nearly_one_size(n: int, sizes: list[int]) -> None:
    inputs = PatchFeatures([np.full((2, 1), i, np.float32) for i in range(n)])
    batches = list(draw_epoch(_task(n), inputs, 0, 32))
    assert [len(rows) for rows, _ in batches] == sizes
    seen = Counter(int(row[0]) for rows, _ in batches for row in rows)
    assert seen == Counter(range(n))
    for rows, targets in batches:
        np.testing.assert_array_equal(rows[:, 0], targets.argmax(axis=1))


def test_draws_depend_on_key_and_epoch_alone() -> None:
    inputs = PatchFeatures([np.arange(50, dtype=np.float32)[:, None]] * 9)

    def drawn(key: tuple[int, ...], epoch: int) -> bytes:
        return b"".join(
            r.tobytes() + t.tobytes() for r, t in draw_epoch(_task(9, key), inputs, epoch, 4)
        )

    assert drawn((1,), 3) == drawn((1,), 3)
    assert len({drawn((1,), 3), drawn((1,), 4), drawn((2,), 3), drawn((1, 3), 3)}) == 4
