"""Any report as plain JSON: no numpy type, no NaN, no text that UTF-8 cannot hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return `value` built of dict, list, str, int, float, bool and None only.

    Arrays become nested lists and paths become text. A number that is not finite becomes None,
    as JSON has no NaN. The undecodable bytes of a file name (lone surrogates) become visible
    escapes, as UTF-8 has no place for them.

    Parameters
    ----------
    value : object
        Mappings, sequences, sets, numpy arrays and scalars, paths, text, numbers, None.

    Raises
    ------
    TypeError
        If something else is met.

    Examples
    --------
    >>> import numpy as np
    >>> plain({"p": np.float64("nan"), "confusion": np.eye(2, dtype=int)})
    {'p': None, 'confusion': [[1, 0], [0, 1]]}
    """
    if isinstance(value, Mapping):
        return {printable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    return _plain_scalar(value.item() if isinstance(value, np.generic) else value)


def printable(text: str) -> str:
    r"""Return `text` with lone surrogates (undecodable bytes of a file name) escaped.

    Examples
    --------
    >>> printable("caf\udce9.mp3")
    'caf\\udce9.mp3'
    """
    return text.encode("utf-8", "backslashreplace").decode()


def _plain_scalar(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, PathLike):
        return printable(str(fspath(value)))
    raise TypeError(f"a report cannot hold {type(value).__name__}: {value!r}")
