"""Extracted features on disk: a small file per track and settings, whole or absent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from essentia_ldl.arrays import read_arrays, write_arrays
from essentia_ldl.features.extractor import Arrays
from essentia_ldl.files import remove_stale_temporaries


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
        arrays = read_arrays(self.path(digest, key))
        if arrays is None or not arrays.keys() >= set(names):
            return None
        return {name: arrays[name] for name in names}

    def store(self, digest: str, key: str, arrays: Arrays) -> None:
        """Write an entry.

        Raises
        ------
        OutputError
            If it cannot be written; no part of it stays then.
        """
        write_arrays(self.path(digest, key), arrays)
