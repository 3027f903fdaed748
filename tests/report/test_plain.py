"""Reports as JSON and UTF-8 can hold them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.report.plain import plain

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_JSON)
def test_anything_survives_json_and_a_second_pass(value: object) -> None:
    once = plain(value)
    assert json.loads(json.dumps(once, allow_nan=False)) == once
    assert plain(once) == once


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_not_finite_becomes_none(value: float) -> None:
    assert plain({"p": value, "all": [value, 0.5]}) == {"p": None, "all": [None, 0.5]}


def test_undecodable_file_names_stay_visible() -> None:
    name = b"caf\xe9.mp3".decode("utf-8", "surrogateescape")
    assert plain({name: [name, "日本.mp3"]}) == {"caf\\udce9.mp3": ["caf\\udce9.mp3", "日本.mp3"]}
