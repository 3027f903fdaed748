"""Files of named arrays: whole or absent, without pickle, and checked before they are believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.files import write_bytes

_DAMAGED = (
    OSError, EOFError, KeyError, ValueError, RuntimeError, OverflowError, struct.error,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to a .npz file.

    Raises
    ------
    OutputError
        If it cannot be written; no part of it stays then.
    """
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_bytes(path, content.getvalue())


def read_arrays(path: Path) -> dict[str, NDArray[Any]] | None:
    """Return the arrays of a .npz file, or None where it is absent or damaged."""
    try:
        content = path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # Checksums first: a damaged header could ask numpy for any amount of memory.
            if archive.testzip() is not None:
                return None
        with np.load(io.BytesIO(content), allow_pickle=False) as entry:
            return {name: entry[name] for name in entry.files}
    except _DAMAGED:
        return None
