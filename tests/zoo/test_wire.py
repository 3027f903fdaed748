"""What is read of a protocol buffer, and what is not read at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.zoo.wire import WireError, fields, inner, texts


@given(name=st.text(), op=st.text(), key=st.text(), number=st.integers(-(2**63), 2**63 - 1))
def test_what_tensorflow_writes_is_read(name: str, op: str, key: str, number: int) -> None:
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef()
    node = graph.node.add(name=name, op=op)
    node.attr[key].i = number
    message = memoryview(graph.SerializeToString())
    assert texts(message, 1, 1) == ({name} if name else set())
    assert texts(message, 1, 2) == ({op} if op else set())
    assert texts(message, 1, 5, 1) == {key}


def test_all_values_of_a_field_are_given() -> None:
    message = memoryview(b"\x12\x05Const\x12\x08ReadFile")
    assert texts(message, 2) == {"Const", "ReadFile"}
    assert [bytes(value) for value in inner(message, 2)] == [b"Const", b"ReadFile"]


def test_numbers_are_passed_over() -> None:
    message = memoryview(b"\x08\x01\x11" + bytes(8) + b"\x1d" + bytes(4) + b"\x22\x01a")
    assert [(number, bytes(value)) for number, value in fields(message)] == [(4, b"a")]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"\x8a\x00\x00", id="a longer key than need be"),
        pytest.param(b"\x0a\x81\x00a", id="a longer length than need be"),
        pytest.param(b"\x08\x80\x00", id="a longer number than need be"),
        pytest.param(b"\x8a\x80\x80\x80\x10\x00", id="a key of 33 bits"),
        pytest.param(b"\x8a\x80\x80\x80\x80\x01\x00", id="a key of 36 bits"),
        pytest.param(b"\x08" + b"\xff" * 9 + b"\x02", id="a number of 65 bits"),
        pytest.param(b"\x08" + b"\xff" * 10 + b"\x01", id="a number of 11 bytes"),
        pytest.param(b"\x02\x00", id="field 0"),
        pytest.param(b"\x00\x00", id="the end of a message"),
        pytest.param(b"\x0b\x12\x01a\x0c", id="a group"),
        pytest.param(b"\x0c", id="the end of a group"),
        pytest.param(b"\x0e\x00", id="a kind that there is not"),
        pytest.param(b"\x0a\xff\xff\xff\xff\x0f", id="a length of 4 GiB"),
        pytest.param(b"\x0a\x02a", id="cut in a value"),
        pytest.param(b"\x0a\x80", id="cut in a length"),
        pytest.param(b"\x0d\x00\x00", id="cut in four bytes"),
    ],
)
def test_what_readers_may_take_differently_is_refused(message: bytes) -> None:
    with pytest.raises(WireError, match=r"protocol buffer|cut short"):
        list(fields(memoryview(message)))


def test_a_text_that_is_none_is_refused() -> None:
    with pytest.raises(WireError, match="no text"):
        texts(memoryview(b"\x0a\x01\xff"), 1)
