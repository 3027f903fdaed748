"""Features of every track of a collection, in worker processes; copies are tracks like others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from essentia_ldl.collection import Collection, Skipped
from essentia_ldl.features.cache import FeatureCache
from essentia_ldl.features.extractor import Extractor
from essentia_ldl.features.track import (
    TrackFailure,
    TrackFeatures,
    TrackRequest,
    decoder_crash,
    extract_track,
    reason_of,
)
from essentia_ldl.progress import Progress
from essentia_ldl.workers import WorkerPool, default_jobs
from essentia_ldl.zoo import cache_folder


def extract_each(
    collection: Collection,
    extractors: Sequence[Extractor],
    *,
    cache_dir: Path | None,
    jobs: int | None,
    progress: Progress,
) -> tuple[Collection, list[TrackFeatures]]:
    """Extract several kinds of features of every track.

    Parameters
    ----------
    collection : Collection
    extractors : sequence of Extractor
        Of arrays that several give under one name, the last one's are taken.
    cache_dir : Path or None
        Folder of features; the user's cache folder by default.
    jobs : int or None
        Worker processes; one per core that has memory to work with by default.
    progress : Progress
        Gets a stage "Extracting features".

    Returns
    -------
    collection : Collection
        Without the tracks that give no features; they are in its `skipped`.
    features : list of TrackFeatures
        Of the tracks in the returned collection.

    Raises
    ------
    ModelError
        If an engine cannot run a backbone.
    """
    cache = FeatureCache(cache_dir or cache_folder())
    cache.remove_stale()
    requests = [
        TrackRequest(index, track.path, extractors, cache)
        for index, track in enumerate(collection.tracks)
    ]
    results: list[TrackFeatures | TrackFailure] = []
    n_workers = max(1, min(jobs or default_jobs(), len(requests)))
    with (
        progress.stage("Extracting features", len(requests)) as advance,
        WorkerPool(n_workers) as pool,
    ):
        for result in pool.map(extract_track, requests, on_crash=_crashed):
            results.append(result)
            advance(1)
    results.sort(key=lambda result: result.index)
    failed = [
        Skipped(str(collection.tracks[result.index].path), result.reason)
        for result in results
        if isinstance(result, TrackFailure)
    ]
    return collection.without(failed), [
        result for result in results if isinstance(result, TrackFeatures)
    ]


def _crashed(request: TrackRequest) -> TrackFailure:
    return TrackFailure(request.index, reason_of(decoder_crash(request.path)))
