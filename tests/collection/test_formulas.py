"""Text that a spreadsheet would run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection.formulas import guarded, unguarded


@given(st.text(alphabet="'=+-@\uff1da1 \t", max_size=6))
def test_what_was_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+44", "-", "@SUM(A1)", "\uff1d1", "\t=1"])
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f"a{text}") == f"a{text}"
