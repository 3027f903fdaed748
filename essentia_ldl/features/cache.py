"""Extracted features on disk: a small file per track and settings, whole or absent."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.features.extractor import Arrays
from essentia_ldl.files import remove_stale_temporaries, write_bytes

_DAMAGED = (
    OSError, EOFError, KeyError, ValueError, RuntimeError, OverflowError, struct.error,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class FeatureCache:
    """A folder of arrays, found by the content of an audio file and the extractor's settings.

    Parameters
    ----------
    folder : Path
        Made where absent. It can be deleted at any time, as a whole or in part.
    """

    folder: Path

    @property
    def _features(self) -> Path:
        return self.folder / "features"

    def path(self, digest: str, key: str) -> Path:
        """Path of an entry.

        Parameters
        ----------
        digest : str
            SHA-256 of the audio file, hexadecimal.
        key : str
            Names the extractor's settings.
        """
        return self._features / digest[:2] / f"{digest}.{key}.npz"

    def remove_stale(self) -> None:
        """Remove half-written entries that killed runs left; a listing of the folder's time."""
        for folder in sorted(self._features.glob("*")):
            remove_stale_temporaries(folder)

    def load(self, digest: str, key: str, names: Collection[str]) -> dict[str, NDArray[Any]] | None:
        """Return the arrays of an entry, or None where it is absent or damaged."""
        try:
            content = self.path(digest, key).read_bytes()
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                # Checksums first: a damaged header could ask numpy for any amount of memory.
                if archive.testzip() is not None:
                    return None
            with np.load(io.BytesIO(content), allow_pickle=False) as entry:
                return {name: entry[name] for name in names}
        except _DAMAGED:
            return None

    def store(self, digest: str, key: str, arrays: Arrays) -> None:
        """Write an entry.

        Raises
        ------
        OutputError
            If it cannot be written; no part of it stays then.
        """
        content = io.BytesIO()
        np.savez(content, allow_pickle=False, **arrays)
        write_bytes(self.path(digest, key), content.getvalue())
