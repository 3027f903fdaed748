"""Labels made wrong: how many, which, and to what."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tools.noisy_labels.noise import CLEAN, KINDS, NOISES, RATES, Likeness, Noise, flipped


def _tracks(n_classes: int, n: int = 200, seed: int = 0) -> tuple[NDArray[np.int64], Likeness]:
    rng = np.random.default_rng(seed)
    confusion = rng.dirichlet(np.ones(n_classes), size=n_classes)
    np.fill_diagonal(confusion, 0)
    return np.arange(n) % n_classes, Likeness(rng.uniform(0.1, 1, n), confusion)


@given(
    st.sampled_from(KINDS),
    st.floats(0, 0.6),
    st.integers(2, 6),
    st.integers(12, 80),
    st.integers(0, 5),
)
def test_exactly_the_share_asked_for_is_wrong(
    kind: str, rate: float, n_classes: int, n: int, seed: int
) -> None:
    labels, likeness = _tracks(n_classes, n)
    given_labels = labels.copy()
    wrong = flipped(labels, Noise(kind, rate), likeness, np.random.default_rng(seed))
    assert (wrong != labels).sum() == round(rate * n)
    assert set(wrong) <= set(range(n_classes))
    np.testing.assert_array_equal(labels, given_labels)


@pytest.mark.parametrize("n_classes", [2, 10])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_wrong_at_a_low_rate_is_wrong_alike_at_a_high_one(
    kind: str, n_classes: int
) -> None:
    labels, likeness = _tracks(n_classes)
    few, many = (
        flipped(labels, Noise(kind, rate), likeness, np.random.default_rng(3))
        for rate in (0.1, 0.35)
    )
    np.testing.assert_array_equal(few[few != labels], many[few != labels])


def test_similar_classes_are_confused_most() -> None:
    labels = np.arange(300) % 3
    # Class 0 is like 1 nine times as much as like 2; the others know no preference.
    likeness = Likeness(np.ones(300), np.array([[0, 0.9, 0.1], [0.5, 0, 0.5], [0.5, 0.5, 0]]))
    wrong = flipped(labels, Noise("similar", 0.5), likeness, np.random.default_rng(0))
    to = wrong[(labels == 0) & (wrong != labels)]
    assert (to == 1).mean() > 0.75
    even = flipped(labels, Noise("uniform", 0.5), likeness, np.random.default_rng(0))
    to = even[(labels == 0) & (even != labels)]
    assert 0.3 < (to == 1).mean() < 0.7


def test_tracks_that_are_easily_mistaken_are_mistaken_more_often() -> None:
    labels = np.arange(400) % 2
    likeness = Likeness(np.repeat([0.1, 0.5], 200), 1 - np.eye(2))
    wrong = flipped(labels, Noise("similar", 0.2), likeness, np.random.default_rng(0)) != labels
    assert wrong[200:].sum() > 2.5 * wrong[:200].sum()
    even = flipped(labels, Noise("uniform", 0.2), likeness, np.random.default_rng(0)) != labels
    assert even[200:].sum() < 1.5 * even[:200].sum()


def test_clean_labels_stay_and_every_rate_has_both_kinds() -> None:
    labels, likeness = _tracks(4)
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(flipped(labels, CLEAN, likeness, rng), labels)
    assert len(NOISES) == 1 + len(RATES) * len(KINDS)
    assert str(CLEAN) == "clean"
    assert str(Noise("similar", 0.35)) == "35% similar"
