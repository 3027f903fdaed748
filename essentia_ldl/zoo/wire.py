"""Protocol buffers as bytes, read more strictly than any library reads them.

What two readers may take differently is refused, so that what is seen here is what another reader
sees: a number that is longer than it need be, a key of more than 32 bits, field 0, groups.
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _FIXED64, _LENGTH_DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}
_LONGEST_VARINT = 10
_LARGEST_KEY = 2**32 - 1
_LARGEST_VALUE = 2**64 - 1


class WireError(ValueError):
    """Why bytes are no protocol buffer, as a phrase that goes on from "it"."""


def fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    r"""Walk over a message: number and content of each field that holds bytes.

    Parameters
    ----------
    message : memoryview
        Of bytes. Nothing is copied.

    Raises
    ------
    WireError
        If it is cut short, or not written as every writer of protocol buffers does.

    Examples
    --------
    >>> message = memoryview(b"\x0a\x02hi\x10\x07")
    >>> [(number, bytes(content)) for number, content in fields(message)]
    [(1, b'hi')]
    """
    place, stop = 0, len(message)
    while place < stop:
        key, place = _varint(message, place)
        number, kind = key >> 3, key & 7
        # Of a longer key libtensorflow 2.5 keeps 32 bits, which make it another field.
        if key > _LARGEST_KEY or number == 0:
            raise WireError("is not in the form of a protocol buffer")
        if kind == _VARINT:
            _, place = _varint(message, place)
            continue
        if kind == _LENGTH_DELIMITED:
            length, place = _varint(message, place)
        elif kind in _FIXED_SIZES:
            length = _FIXED_SIZES[kind]
        else:
            raise WireError("is not in the form of a protocol buffer")
        if place + length > stop:
            raise WireError("is cut short, or is something else")
        if kind == _LENGTH_DELIMITED:
            yield number, message[place : place + length]
        place += length


def inner(message: memoryview, *numbers: int) -> Iterator[memoryview]:
    r"""Walk down a path of field numbers: the content of every field that it leads to.

    A library takes the last of a field that is there twice, or joins them; here all are given.

    Raises
    ------
    WireError
        As `fields`.

    Examples
    --------
    >>> [bytes(content) for content in inner(memoryview(b"\x0a\x04\x12\x02hi"), 1, 2)]
    [b'hi']
    """
    if not numbers:
        yield message
        return
    for number, content in fields(message):
        if number == numbers[0]:
            yield from inner(content, *numbers[1:])


def texts(message: memoryview, *numbers: int) -> set[str]:
    """All values of a text field, found by a path of field numbers as `inner` takes it.

    Raises
    ------
    WireError
        As `fields`, and where a value is no UTF-8.
    """
    try:
        return {str(content, "utf-8") for content in inner(message, *numbers)}
    except UnicodeDecodeError as error:
        raise WireError("holds names that are no text") from error


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    """Read a number of seven bits a byte, the lowest first; return it and the place behind it."""
    value = 0
    for i in range(min(_LONGEST_VARINT, len(message) - place)):
        byte = message[place + i]
        value |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            if (i and not byte) or value > _LARGEST_VALUE:
                raise WireError("is not in the form of a protocol buffer")
            return value, place + i + 1
    raise WireError("is cut short, or is something else")
