"""Networks in training on disk: a run that was broken off goes on where it stopped.

A file per network, found by the hash of all that decides it. While a network trains, its file
holds the weights and the optimizer; when it is done, the weights alone, so that the same command
again, or one that adds a variant, trains only what is new. Files that nobody used for 30 days are
removed by the next run that trains networks; the folder can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.arrays import read_arrays, write_arrays
from essentia_ldl.files import remove_stale_temporaries

Arrays = Mapping[str, NDArray[Any]]

_EPOCH = "epoch"
_STALE_SECONDS = 30 * 24 * 60 * 60


@dataclass(frozen=True)
class TrainingStore:
    """A folder of networks in training.

    Parameters
    ----------
    folder : Path
        Made where absent.
    """

    folder: Path

    def path(self, key: str) -> Path:
        """Path of a network's file."""
        return self.folder / f"{key}.npz"

    def save(self, key: str, epoch: int, arrays: Arrays) -> None:
        """Replace what is kept of a network by its state after `epoch` epochs.

        Raises
        ------
        OutputError
            If it cannot be written; what was kept before stays then.
        """
        # The slash keeps the names apart from that of the epoch.
        named = {f"/{name}": values for name, values in arrays.items()}
        write_arrays(self.path(key), {_EPOCH: np.array(epoch), **named})

    def load(self, key: str) -> tuple[int, dict[str, NDArray[Any]]]:
        """Return the epochs done and the state; 0 and none where there is no whole file."""
        path = self.path(key)
        arrays = read_arrays(path)
        if arrays is None or _EPOCH not in arrays:
            return 0, {}
        with suppress(OSError):
            os.utime(path)
        epoch = int(arrays.pop(_EPOCH))
        return epoch, {name[1:]: values for name, values in arrays.items()}

    def remove_stale(self) -> None:
        """Remove what was not used for 30 days, and what killed runs left half written."""
        remove_stale_temporaries(self.folder)
        oldest = time.time() - _STALE_SECONDS
        for path in self.folder.glob("*.npz"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


def digest(*parts: Any) -> str:
    """Hexadecimal SHA-256 of JSON-ready values and arrays, in their order."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            head = json.dumps([part.dtype.str, part.shape])
            whole.update(head.encode())
            whole.update(np.ascontiguousarray(part).data)
        else:
            whole.update(json.dumps(part, sort_keys=True).encode())
        whole.update(b"\n")
    return whole.hexdigest()
