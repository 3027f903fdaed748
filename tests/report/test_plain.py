"""Reports as UTF-8 can hold them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.report.plain import plain

# File names that are no UTF-8 reach Python with lone surrogates.
_TEXT = st.text(st.characters())
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=20,
)


@given(_JSON)
def test_anything_survives_utf_8_and_a_second_pass(value: object) -> None:
    once = plain(value)
    assert json.loads(json.dumps(once, ensure_ascii=False).encode()) == once
    assert plain(once) == once


def test_undecodable_file_names_stay_visible() -> None:
    name = b"caf\xe9.mp3".decode("utf-8", "surrogateescape")
    assert plain({name: [name, "日本.mp3"]}) == {"caf\\udce9.mp3": ["caf\\udce9.mp3", "日本.mp3"]}
