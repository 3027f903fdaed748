import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.networks.head_batches import HeadBatches
from essentia_ldl.networks.task import seed_sequence

N_PATCHES = np.arange(1, 41)  # track i has i + 1 patches


def make_batches(trains: list[NDArray[np.int64]], batch_size: int = 8) -> HeadBatches:
    seeds = [seed_sequence((0, head)) for head in range(len(trains))]
    return HeadBatches(trains, seeds, N_PATCHES, batch_size)


def trains_of(sizes: list[int]) -> list[NDArray[np.int64]]:
    rng = np.random.default_rng(0)
    return [rng.permutation(40)[:size] for size in sizes]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 50))
def test_every_epoch_shows_every_track_once_by_one_of_its_patches(
    sizes: list[int], batch_size: int
) -> None:
    trains = trains_of(sizes)
    batches = make_batches(trains, batch_size)
    track_of_patch = np.repeat(np.arange(40), N_PATCHES)
    first_row = np.cumsum(sizes) - sizes

    for epoch in (batches.draw(), batches.draw()):
        for head, train in enumerate(trains):
            shown = batches.weights[:, head] > 0
            rows = epoch.rows[:, head][shown] - first_row[head]
            np.testing.assert_array_equal(np.sort(rows), np.arange(len(train)))
            np.testing.assert_array_equal(
                track_of_patch[epoch.patches[:, head][shown]], train[rows]
            )


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(1, 50))
def test_weights_average_each_batch(sizes: list[int], batch_size: int) -> None:
    weights = make_batches(trains_of(sizes), batch_size).weights

    for head, size in enumerate(sizes):
        in_batch = np.count_nonzero(weights[:, head], axis=-1)
        full, rest = divmod(size, batch_size)
        expected = [batch_size] * full + [rest] * (rest > 0)
        np.testing.assert_array_equal(in_batch[: len(expected)], expected)
        assert not in_batch[len(expected) :].any()
        np.testing.assert_allclose(weights[: len(expected), head].sum(axis=-1), 1, rtol=1e-6)


def test_all_patches_of_a_track_are_drawn() -> None:
    batches = make_batches([np.array([4])])

    drawn = {int(batches.draw().patches[0, 0, 0]) for _ in range(200)}

    assert drawn == set(range(10, 15))  # behind the 1 + 2 + 3 + 4 patches of the others


def test_what_a_head_draws_does_not_depend_on_the_others() -> None:
    trains = trains_of([20, 9, 33])
    alone, together = make_batches(trains[:1]), make_batches(trains)

    for _ in range(3):
        np.testing.assert_array_equal(alone.draw().patches[:, 0], together.draw().patches[:3, 0])


def test_keys_of_another_length_are_other_seeds() -> None:
    states = {
        tuple(seed_sequence(key).generate_state(2)) for key in [(), (0,), (0, 0), (1,), (1, 0)]
    }

    assert len(states) == 5
