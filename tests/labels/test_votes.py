import numpy as np
import pytest

from essentia_ldl.labels import VoteDistribution, count_votes

VOTES = [[3, 0, 0], [1, 1, 1], [0, 2, 0]]
Y = ["jazz", "pop", "rock"]


def test_shares_of_votes_and_added_ones() -> None:
    plain = VoteDistribution().fit_transform(VOTES, Y)
    np.testing.assert_allclose(plain, np.array([[1, 0, 0], [1 / 3, 1 / 3, 1 / 3], [0, 1, 0]]))
    smoothed = VoteDistribution(alpha=1).fit_transform(VOTES, Y)
    np.testing.assert_allclose(smoothed[[0, 2]], [[4 / 6, 1 / 6, 1 / 6], [0.2, 0.6, 0.2]])


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([[1, 0], [0, 1], [1, 1]], "votes for 2 classes, and the labels are of 3"),
        ([[1, 0, 0], [0, -1, 3], [1, 0, 0]], "sample 1 has a negative .* for class 'pop': -1"),
        ([[1, 0, 0], [0, 0, 0], [1, 0, 0]], "sample 1 is without votes"),
        ([[1, 0, 0], [1e308, 1e308, 0], [1, 0, 0]], "sample 1 has more votes than can be added"),
        ([[1, 0, 0], [0, np.inf, 0], [1, 0, 0]], "infinity"),
        ([[1, 0, 0], [0, np.nan, 0], [1, 0, 0]], "NaN"),
    ],
)
def test_votes_that_give_no_distribution_are_refused(votes: list[list[float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        VoteDistribution().fit(votes, Y)


def test_a_sample_without_votes_is_even_with_added_ones() -> None:
    even = VoteDistribution(alpha=0.5).fit_transform([[0, 0, 0]] * 3, Y)
    np.testing.assert_allclose(even, 1 / 3)


def test_votes_as_rows_are_counted() -> None:
    counts = count_votes(["rock", "rock", "pop"], [2, 2, 0], ["pop", "rock"])
    np.testing.assert_array_equal(counts, [[1, 0], [0, 0], [0, 2]])
    assert count_votes([], [], ["pop", "rock"]).shape == (0, 2)


@pytest.mark.parametrize(
    ("votes", "samples", "classes", "said"),
    [
        (["soul"], [0], ["pop", "rock"], "that there are not: soul"),
        (["pop", "rock"], [0], ["pop", "rock"], "inconsistent numbers of samples"),
        (["pop"], [-1], ["pop", "rock"], "whole numbers, counted from 0"),
        (["pop"], [0.5], ["pop", "rock"], "whole numbers, counted from 0"),
        (["pop"], [np.nan], ["pop", "rock"], "whole numbers, counted from 0"),
        (["pop"], [0], ["pop", "pop"], "a class is there twice"),
    ],
)
def test_rows_that_are_no_votes_are_refused(
    votes: list[str], samples: list[float], classes: list[str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        count_votes(votes, samples, classes)
