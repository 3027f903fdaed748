"""Reports as plain JSON."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.report.plain import plain, printable

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_JSON)
def test_anything_plain_survives_json_and_a_second_pass(value: object) -> None:
    once = plain(value)
    assert json.loads(json.dumps(once, allow_nan=False)) == once
    assert plain(once) == once


def test_numpy_paths_and_tuples_become_python() -> None:
    value = {
        "confusion": np.eye(2, dtype=np.int64),
        "mean": np.float32(0.5),
        "n": np.int32(3),
        "grouped": np.True_,
        "pb": Path("a/b.pb"),
        "classes": ("x", "y"),
        "kinds": {"b", "a"},
    }
    assert plain(value) == {
        "confusion": [[1, 0], [0, 1]],
        "mean": 0.5,
        "n": 3,
        "grouped": True,
        "pb": "a/b.pb",
        "classes": ["x", "y"],
        "kinds": ["a", "b"],
    }
    assert type(plain(np.int64(3))) is int


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf")])
def test_what_is_not_finite_becomes_none(value: float) -> None:
    assert plain({"p": value, "all": np.array([value])}) == {"p": None, "all": [None]}


def test_undecodable_file_names_stay_visible() -> None:
    name = b"caf\xe9.mp3".decode("utf-8", "surrogateescape")
    assert printable(name).encode() == b"caf\\udce9.mp3"
    assert printable("日本.mp3") == "日本.mp3"


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        plain({"x": object()})
