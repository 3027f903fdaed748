"""What annotators say of one track."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection import Track
from essentia_ldl.collection.votes import count, distribution, leading_class, renamed
from essentia_ldl.errors import CollectionError

VOTES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=6).filter(
    lambda votes: any(number for _, number in votes)
)


@given(VOTES, st.randoms(use_true_random=False))
def test_votes_have_one_form(votes, random) -> None:  # type: ignore[no-untyped-def]
    counted = count(votes)
    random.shuffle(votes)
    assert count(votes) == counted == count(counted)
    assert all(number > 0 for _, number in counted)
    assert sum(number for _, number in counted) == sum(number for _, number in votes)
    assert [name for name, _ in counted] == sorted({name for name, number in votes if number})
    most = max(number for _, number in counted)
    assert leading_class(counted) == min(name for name, number in counted if number == most)


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([("a", 1), ("b", -2)], "a negative number for b: -2"),
        ([("a", float("nan"))], "for a that is not finite: nan"),
        ([("a", float("inf"))], "not finite"),
        ([("a", 1e308), ("b", 1e308)], "too large"),
        ([("a", 0), ("b", 0)], "no number above zero"),
        ([], "no number above zero"),
    ],
)
def test_what_are_no_votes_is_refused(votes: list[tuple[str, float]], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        count(votes)
    with pytest.raises(CollectionError, match=f"a.wav: has votes with .*{said}"):
        Track(Path("a.wav"), "a", votes=tuple(votes))


@pytest.mark.parametrize("total", [0.9985, 1.0015, 100.0])
def test_a_distribution_sums_to_one(total: float) -> None:
    with pytest.raises(ValueError, match=f"a sum of {total:g}, not of 1"):
        distribution([("a", total / 2), ("b", total / 2)])
    near = distribution([("a", 0.3333), ("b", 0.3333), ("c", 0.3333)])
    assert near == (("a", 1 / 3), ("b", 1 / 3), ("c", 1 / 3))


def test_classes_that_get_one_name_become_one() -> None:
    assert renamed((("A", 1.0), ("a", 2.0), ("b", 4.0)), {"A": "x", "a": "x", "b": "b"}) == (
        ("b", 4.0),
        ("x", 3.0),
    )
