"""What every extractor has in common: settings, a key in the cache, and a computation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from essentia_ldl.versions import package_version

Arrays = Mapping[str, NDArray[Any]]


class Extractor(Protocol):
    """Computes one kind of feature for a track, in a worker process; its fields are settings."""

    @property
    def key(self) -> str:
        """Names what this computes in the cache: the same key means the same numbers."""

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns.

        Apart from "repeated", whether a clip was repeated to fill a patch, each is one
        extractor's own.
        """

    def compute(self, path: Path) -> Arrays:
        """Decode what is needed of a track, and compute its features.

        Raises
        ------
        AudioError
            If it cannot be decoded, is empty or silent, or gives no features.
        ModelError
            If the engine cannot run the backbone.
        """


def extractor_key(kind: str, revision: int, engine: str, settings: Mapping[str, Any]) -> str:
    """Return `kind` and a hash of all that decides the numbers: ``mfcc-7d0a5c1f9e3b2846``.

    These are the settings, this package's own code (`revision`), and the engine that computes,
    with its version.

    Parameters
    ----------
    kind : str
        Starts the key, for people who look into the cache.
    revision : int
        Raised by one with every change of this package's code that changes the numbers:
        `essentia_ldl.audio`, the extractor, and what it calls in `essentia_ldl.features`.
    engine : str
        The installed package whose release can change the numbers.
    settings : mapping
        JSON-ready; its order does not count.
    """
    decisive = {
        "settings": settings,
        "revision": revision,
        "engine": engine,
        "engine_version": package_version(engine),
    }
    content = json.dumps(decisive, sort_keys=True)
    return f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
