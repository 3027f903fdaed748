"""One track's features, from the cache or from its sound; this runs in worker processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import AudioError, OutputError
from essentia_ldl.features.cache import FeatureCache
from essentia_ldl.features.extractor import Arrays, Extractor
from essentia_ldl.files import sha256_of


@dataclass(frozen=True)
class TrackRequest:
    """A track to extract features of.

    Attributes
    ----------
    index : int
        Its place in the collection.
    path : Path
    extractors : sequence of Extractor
        The features wanted.
    cache : FeatureCache
    """

    index: int
    path: Path
    extractors: Sequence[Extractor]
    cache: FeatureCache


@dataclass(frozen=True)
class TrackFeatures:
    """Features of one track.

    Attributes
    ----------
    index : int
        Its place in the collection.
    digest : str
        SHA-256 of the file, hexadecimal.
    arrays : mapping
        The arrays of every kind of feature requested, by name.
    not_cached : str
        Why the features could not be stored; empty where they are.
    """

    index: int
    digest: str
    arrays: Arrays
    not_cached: str


@dataclass(frozen=True)
class TrackFailure:
    """Why a track has no features, and what can be done about it."""

    index: int
    reason: str


def extract_track(request: TrackRequest) -> TrackFeatures | TrackFailure:
    """Look a track's features up in the cache, and compute and store what is absent there.

    Each extractor decodes what it needs of the file. A file that gives no features is a
    `TrackFailure`; only what concerns every track, such as a backbone that does not run, is raised.

    Raises
    ------
    ModelError
        If the engine cannot run the backbone.
    """
    try:
        return _features(request)
    except AudioError as error:
        return TrackFailure(request.index, reason_of(error))
    except OSError as error:
        reason = f"cannot be read: {error.strerror} (correct the path, or restore the file)"
        return TrackFailure(request.index, reason)


def decoder_crash(path: Path) -> AudioError:
    """Return the error for a file at which a worker process dies."""
    return AudioError(
        "crashes the decoder, or needs more memory than there is",
        subject=path,
        remedy="convert it to mono wav or flac, shorten it, or remove it",
    )


def reason_of(error: AudioError) -> str:
    """Say what is wrong and what can be done, without naming the file."""
    return f"{error.reason} ({error.remedy})" if error.remedy else error.reason


def _features(request: TrackRequest) -> TrackFeatures:
    digest = sha256_of(request.path)
    features: dict[str, NDArray[Any]] = {}
    not_cached = ""
    for extractor in request.extractors:
        arrays: Arrays | None = request.cache.load(digest, extractor.key, extractor.arrays)
        if arrays is None:
            arrays = _finite(extractor.compute(request.path))
            try:
                request.cache.store(digest, extractor.key, arrays)
            except OutputError as error:
                not_cached = str(error)
        features.update(arrays)
    return TrackFeatures(request.index, digest, features, not_cached)


def _finite(arrays: Arrays) -> Arrays:
    if not all(np.isfinite(values).all() for values in arrays.values()):
        raise AudioError("gives features that are not finite numbers", remedy="render it again")
    return arrays
