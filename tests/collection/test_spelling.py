"""Names whose spelling does not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection.spelling import canonical, clean, is_text, printable, safe_name


@pytest.mark.parametrize(
    "labels",
    [
        ("hip hop", "Hip-Hop", "HIPHOP", "hip_hop", " hip  hop "),
        ("not_happy", "non happy", "No-Happy", "nonhappy"),
        ("drum & bass", "Drum and Bass"),
        ("Straße", "STRASSE"),
        ("ｐｏｐ", "pop"),
    ],
)
def test_labels_that_differ_in_spelling_only_are_alike(labels: tuple[str, ...]) -> None:
    assert len({canonical(label) for label in labels}) == 1


def test_a_negation_is_not_what_it_negates() -> None:
    assert canonical("non_happy") != canonical("happy")
    assert canonical("no") == "no"


@given(st.text())
def test_safe_names_are_safe_and_stay(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name) <= 100
    assert "/" not in name
    assert not name.startswith((".", "-"))
    assert safe_name(name) == name


@given(st.text())
def test_clean_text_stays(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(codec=None, exclude_categories=[])))
def test_printable_text_can_be_written(text: str) -> None:
    printable(text).encode()
    if is_text(text):
        assert printable(text) == text
