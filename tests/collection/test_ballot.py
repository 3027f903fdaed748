import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection.ballot import (
    DIVIDED,
    LACKED,
    WITHOUT_CLASS,
    WITHOUT_VOTES,
    Ballot,
    vote_distributions,
)
from essentia_ldl.collection.vocabulary import Vocabulary

# A model that lacks the taxonomy's pop.
VOCABULARY = Vocabulary.of("genre_tzanetakis", ["jazz", "rock", "blues"])


@pytest.mark.parametrize(
    ("votes", "truth", "clean", "raw"),
    [
        (["rock", "rock", "rock"], 1, "", ""),
        (["rock", "rock", "rock", "rock"], 1, "", ""),
        (["rock", "rock", "jazz"], None, DIVIDED, ""),
        (["rock", "rock"], None, DIVIDED, ""),
        (["rock", "rock", "unmatched"], None, DIVIDED, ""),
        (["rock"], None, DIVIDED, "with fewer than 2 votes for classes"),
        (["rock", "unmatched", "unmatched"], None, DIVIDED, "with fewer than 2 votes for classes"),
        (["unmatched"] * 3, None, WITHOUT_CLASS, WITHOUT_CLASS),
        (["instrumental"] * 3, None, WITHOUT_CLASS, WITHOUT_CLASS),
        (["pop", "pop", "pop"], None, LACKED, LACKED),
        (["rock", "rock", "pop"], None, LACKED, LACKED),
        ([], None, WITHOUT_VOTES, WITHOUT_VOTES),
    ],
)
def test_what_counts(votes: list[str], truth: int | None, clean: str, raw: str) -> None:
    ballot = Ballot.of(votes, VOCABULARY)
    assert ballot.truth == truth
    assert ballot.objection() == clean
    assert ballot.objection(min_votes=2) == raw


def test_equal_votes_stay_several() -> None:
    assert Ballot.of(["rock", "jazz", "rock"], VOCABULARY).votes == (1, 0, 1)


def test_an_unknown_vote_is_given_back() -> None:
    with pytest.raises(KeyError, match="polka"):
        Ballot.of(["rock", "polka"], VOCABULARY)


@given(votes=st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), max_size=6))
def test_distributions_are_shares_of_the_votes(votes: list[list[int]]) -> None:
    rows = vote_distributions(votes, 4)
    assert rows.shape == (len(votes), 4)
    for row, given_votes in zip(rows, votes, strict=True):
        expected = [given_votes.count(position) / len(given_votes) for position in range(4)]
        np.testing.assert_allclose(row, expected, rtol=0, atol=1e-15)
