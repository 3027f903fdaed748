"""Features of a whole collection, in parallel, each track computed once and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Track
from essentia_ldl.collection.spelling import enumerate_names, printable
from essentia_ldl.errors import CollectionError
from essentia_ldl.features.each_track import extract_each
from essentia_ldl.features.embeddings import EmbeddingExtractor
from essentia_ldl.features.extractor import Extractor
from essentia_ldl.features.mel_patches import MelBandExtractor
from essentia_ldl.features.mfcc import MFCCExtractor
from essentia_ldl.features.track import TrackFeatures
from essentia_ldl.progress import Progress, Silent
from essentia_ldl.zoo import Backbone

#: What gives a network or a head its input.
_SoundExtractor = EmbeddingExtractor | MelBandExtractor

#: The space of a track's mean embedding, see `Features.space`.
EMBEDDING = "embedding"

_REASONS_SHOWN = 3
_NAMES_SHOWN = 10


@dataclass(frozen=True)
class Features:
    """Features of a collection's tracks, in their order.

    Attributes
    ----------
    mfcc_s : np.ndarray [shape=(n_tracks, 26)], float64, or None
        Means and standard deviations of the MFCC; None where no MFCC were asked for.
    mfcc_p : np.ndarray [shape=(n_tracks, 195)], float64, or None
        MFCC averaged second by second.
    embeddings : tuple of np.ndarray [shape=(n_patches, n_values)], float32
        A track's embeddings, a row per patch; tracks differ in their number of patches. Empty
        where none were asked for.
    mel_bands : tuple of np.ndarray [shape=(n_frames, 96)], float16
        A track's mel bands; empty where none were asked for.
    """

    mfcc_s: NDArray[np.float64] | None
    mfcc_p: NDArray[np.float64] | None
    embeddings: tuple[NDArray[np.float32], ...] = ()
    mel_bands: tuple[NDArray[np.float16], ...] = ()

    def space(self, name: str) -> NDArray[np.float64]:
        """Return the table of a space in which tracks are compared, a row per track.

        Parameters
        ----------
        name : {"mfcc_s", "mfcc_p", "embedding"}
            The last is the mean over the patches of each track's embeddings.

        Returns
        -------
        np.ndarray [shape=(n_tracks, n_values)], float64

        Raises
        ------
        ValueError
            If there is no such space, or it was not extracted.

        Examples
        --------
        >>> features = Features(np.zeros((4, 26)), mfcc_p=None)
        >>> features.space("mfcc_s").shape
        (4, 26)
        >>> features.space("mfcc_p")
        Traceback (most recent call last):
        ValueError: these features have no table mfcc_p
        """
        if name == EMBEDDING and self.embeddings:
            return np.array([patches.mean(axis=0, dtype=np.float64) for patches in self.embeddings])
        table = {"mfcc_s": self.mfcc_s, "mfcc_p": self.mfcc_p}.get(name)
        if table is None:
            raise ValueError(f"these features have no table {name}")
        return table


def extract_features(
    collection: Collection,
    *,
    backbone: Backbone,
    engine: str | None = None,
    mfcc: MFCCExtractor | None = None,
    cache_dir: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> tuple[Collection, Features]:
    """Extract what training needs of every track, in worker processes.

    Every track is stored as soon as it is done, under its content and the extractor's settings:
    a second run computes nothing, and a run that was killed goes on from there. The numbers
    depend neither on `jobs` nor on what was in the cache. Where the cache cannot be written,
    extraction goes on with one warning, since the features themselves are not lost.

    Parameters
    ----------
    collection : Collection
    backbone : Backbone
        Gives the embeddings.
    engine : {"essentia", "onnxruntime"}, optional
        What runs the backbone; by default what `choose_engine` says.
    mfcc : MFCCExtractor, optional
        How to compute MFCC-S and MFCC-P; they are left out where it is None.
    cache_dir : Path, optional
        Folder of features; the user's cache folder by default.
    jobs : int, optional
        Worker processes; one per core that has memory to work with by default.
    progress : Progress, optional
        Gets a stage "Extracting features", and warnings.

    Returns
    -------
    collection : Collection
        Without the tracks that give no features and those that repeat another's content; they
        are in its `skipped`.
    features : Features
        Of the tracks in the returned collection.

    Raises
    ------
    CollectionError
        If no track is left.
    OptionError, BackboneError
        If the engine cannot be had.
    ModelError
        If the engine cannot run the backbone.

    Examples
    --------
    >>> from essentia_ldl.collection import Collection
    >>> from essentia_ldl.zoo import find_backbone
    >>> collection, features = extract_features(
    ...     Collection.from_folder("my_music"), backbone=find_backbone("msd-musicnn")
    ... )
    >>> features.embeddings[0].shape[1]
    200
    """
    embedding = EmbeddingExtractor.of(backbone, engine)
    return _of_collection(
        collection, embedding, mfcc, cache_dir=cache_dir, jobs=jobs, progress=progress
    )


def extract_mel_bands(
    collection: Collection,
    *,
    mel_bands: MelBandExtractor | None = None,
    mfcc: MFCCExtractor | None = None,
    embedding: EmbeddingExtractor | None = None,
    cache_dir: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> tuple[Collection, Features]:
    """Extract what networks that are trained from mel patches on need of every track.

    As `extract_features`, with mel bands in the place of embeddings.

    Parameters
    ----------
    collection : Collection
    mel_bands : MelBandExtractor, optional
    embedding : EmbeddingExtractor, optional
        How to compute embeddings besides, in whose space labels may be compared.
    mfcc, cache_dir, jobs, progress
        See `extract_features`.

    Raises
    ------
    CollectionError
        If no track is left.

    Examples
    --------
    >>> from essentia_ldl.collection import Collection
    >>> collection, features = extract_mel_bands(Collection.from_folder("my_music"))
    >>> features.mel_bands[0].shape[1]
    96
    """
    sound = mel_bands or MelBandExtractor()
    besides = (embedding,) if embedding else ()
    return _of_collection(
        collection, sound, mfcc, *besides, cache_dir=cache_dir, jobs=jobs, progress=progress
    )


def _of_collection(
    collection: Collection,
    sound: _SoundExtractor,
    mfcc: MFCCExtractor | None,
    *besides: Extractor,
    cache_dir: Path | None,
    jobs: int | None,
    progress: Progress | None,
) -> tuple[Collection, Features]:
    progress = progress or Silent()
    # The sound's own after the others: of what several tell, such as "repeated", the last counts.
    extractors = (*besides, sound, mfcc) if mfcc else (*besides, sound)
    readable, each = extract_each(
        collection, extractors, cache_dir=cache_dir, jobs=jobs, progress=progress
    )
    kept, found = _without_copies(readable, each)
    for warning in _warnings(kept.tracks, found, sound, mfcc):
        progress.warn(warning)

    def of_tracks(name: str) -> tuple[NDArray[Any], ...]:
        return tuple(track.arrays[name] for track in found if name in track.arrays)

    return kept, Features(
        mfcc_s=np.stack(of_tracks("mfcc_s")) if mfcc else None,
        mfcc_p=np.stack(of_tracks("mfcc_p")) if mfcc else None,
        embeddings=of_tracks("embeddings"),
        mel_bands=of_tracks("mel_bands"),
    )


def _without_copies(
    collection: Collection, features: Sequence[TrackFeatures]
) -> tuple[Collection, list[TrackFeatures]]:
    """Leave out what repeats another track's content."""
    of_track = dict(zip(collection.tracks, features, strict=True))
    kept = collection.without_duplicates([track.digest for track in features])
    if not kept.tracks:
        raise _nothing_left(kept)
    return kept, [of_track[track] for track in kept.tracks]


def _nothing_left(collection: Collection) -> CollectionError:
    shown = [f"{skip.path} {skip.reason}" for skip in collection.skipped[:_REASONS_SHOWN]]
    rest = len(collection.skipped) - len(shown)
    return CollectionError(
        "; ".join(["no track gives features", *shown, *([f"and {rest} more"] if rest else [])]),
        subject=collection.name,
        remedy="check that the files play, and that they are audio",
    )


def _warnings(
    tracks: Sequence[Track],
    found: Sequence[TrackFeatures],
    sound: _SoundExtractor,
    mfcc: MFCCExtractor | None,
) -> Iterator[str]:
    repeated = [
        printable(track.path.name)
        for track, features in zip(tracks, found, strict=True)
        if features.arrays["repeated"]
    ]
    if repeated:
        seconds = sound.patch_samples / sound.sample_rate
        yield (
            f"{len(repeated)} of {len(found)} clips are shorter than one patch ({seconds:.2f} s) "
            f"and are repeated to fill it: {enumerate_names(repeated, limit=_NAMES_SHOWN)} "
            "(longer clips teach more)"
        )
    n_moved = sum(bool(track.arrays["moved"]) for track in found) if mfcc else 0
    if mfcc and n_moved:
        yield (
            f"{n_moved} of {len(found)} clips end before {mfcc.offset + mfcc.duration:g} s: "
            f"the {mfcc.duration:g} s that stand for them in MFCC start earlier, or repeat"
        )
    not_cached = next((track.not_cached for track in found if track.not_cached), "")
    if not_cached:
        yield f"features are not cached, so the next run computes them again: {not_cached}"
