"""What every extractor has in common: settings, a key in the cache, and a computation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.versions import package_version

Arrays = Mapping[str, NDArray[Any]]


class Extractor(Protocol):
    """Computes one kind of feature for a track, in a worker process; its fields are settings."""

    @property
    def key(self) -> str:
        """Names what this computes in the cache: the same key means the same numbers."""

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns; no other extractor uses them."""

    def compute(self, signal: Signal, sample_rate: float) -> Arrays:
        """Compute the features of a track.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)], float32
            Mono, as decoded.
        sample_rate : float
            The file's own rate in Hz.

        Raises
        ------
        AudioError
            If the signal is empty, cannot be resampled, or gives no features.
        ModelError
            If Essentia cannot run the backbone.
        """


def extractor_key(kind: str, revision: int, settings: Mapping[str, Any]) -> str:
    """Return `kind` and a hash of all that decides the numbers: ``mfcc-7d0a5c1f9e3b2846``.

    These are the settings, this package's own code (`revision`), and Essentia, as the engine that
    computes, with its version.

    Parameters
    ----------
    kind : str
        Starts the key, for people who look into the cache.
    revision : int
        Raised by one with every change of this package's code that changes the numbers, from the
        decoded samples on (`essentia_ldl.audio`, `essentia_ldl.features.algorithms`, and the
        extractor itself).
    settings : mapping
        JSON-ready; its order does not count.
    """
    version = package_version("essentia-tensorflow") or package_version("essentia")
    decisive = {
        "settings": settings,
        "revision": revision,
        "engine": "essentia",
        "engine_version": version,
    }
    content = json.dumps(decisive, sort_keys=True)
    return f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
