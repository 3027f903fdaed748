"""A report as UTF-8 can hold it."""

from __future__ import annotations

from typing import Any

from essentia_ldl.collection.spelling import printable


def plain(value: Any) -> Any:
    r"""Return `value` without text that cannot be written.

    The undecodable bytes of a folder's or file's name (lone surrogates) become visible escapes,
    as UTF-8 has no place for them.

    Parameters
    ----------
    value : object
        Dicts, lists, tuples (which become lists), text, numbers and None.

    Examples
    --------
    >>> plain({"pb": "caf\udce9/genre.pb", "n_tracks": 60})
    {'pb': 'caf\\udce9/genre.pb', 'n_tracks': 60}
    """
    if isinstance(value, dict):
        return {printable(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return printable(value) if isinstance(value, str) else value
