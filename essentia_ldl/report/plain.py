"""A report as JSON and UTF-8 can hold it."""

from __future__ import annotations

import math
from typing import Any

from essentia_ldl.collection.spelling import printable


def plain(value: Any) -> Any:
    r"""Return `value` without the numbers and the text that cannot be written.

    A number that is not finite becomes None, as JSON has no NaN. The undecodable bytes of a file
    name (lone surrogates) become visible escapes, as UTF-8 has no place for them.

    Parameters
    ----------
    value : object
        Dicts, lists, text, numbers and None.

    Examples
    --------
    >>> plain({"p": float("nan"), "skipped": ["caf\udce9.mp3"]})
    {'p': None, 'skipped': ['caf\\udce9.mp3']}
    """
    if isinstance(value, dict):
        return {printable(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
