"""The audit of a collection: which labels may be wrong, and which tracks are ambiguous.

Walks from a collection through extraction to scores and page, as `training` does for the main job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audit.duplicates import SIMILARITY, find_duplicates
from essentia_ldl.audit.layout import layout
from essentia_ldl.audit.overlaps import overlaps_of
from essentia_ldl.audit.result import Audit, AuditedTrack, Duplicate
from essentia_ldl.audit.scores import N_NEIGHBORS, Scores, score_tracks, scoring_settings
from essentia_ldl.audit.units import recordings_of
from essentia_ldl.collection import Collection
from essentia_ldl.collection.table import MISSING
from essentia_ldl.errors import CollectionError, OptionError
from essentia_ldl.features.each_track import extract_each
from essentia_ldl.features.embeddings import EmbeddingExtractor
from essentia_ldl.features.engines import engine_record
from essentia_ldl.features.fingerprints import FingerprintExtractor
from essentia_ldl.features.track import TrackFeatures
from essentia_ldl.files import check_writable
from essentia_ldl.progress import Progress, Recorder, Silent
from essentia_ldl.report.audit_writing import AuditFiles, write_audit
from essentia_ldl.versions import versions
from essentia_ldl.zoo import find_backbone

_MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class AuditResult:
    """What an audit made.

    Attributes
    ----------
    audit : Audit
    files : AuditFiles
        audit.csv, audit.json and audit.html.
    """

    audit: Audit
    files: AuditFiles


def audit_collection(
    collection: Collection,
    out: str | Path,
    *,
    backbone: str = "msd-musicnn",
    engine: str | None = None,
    n_neighbors: int = N_NEIGHBORS,
    copy_audio: bool = False,
    seed: int = 0,
    jobs: int | None = None,
    cache_dir: str | Path | None = None,
    models_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> AuditResult:
    """Look for wrong and ambiguous labels, for classes that overlap, and for copies.

    The scores are those of `essentia_ldl.audit.scores.score_tracks`, on the mean embedding of each
    track. Nothing is left out for being a copy: copies are what is looked for.

    Parameters
    ----------
    collection : Collection
    out : path
        Folder for audit.csv, audit.json and audit.html.
    backbone : str
        Name of a backbone, or path of its zoo JSON.
    engine : {"essentia", "onnxruntime"}, optional
        What computes the embeddings; see `train_classifier`.
    n_neighbors : int
        Similar tracks named for each track.
    copy_audio : bool
        Write a preview of each track beside the page, so that both can be moved. In a folder that
        is read as a collection again, the previews would be tracks of it.
    seed : int
        Of the folds and the map, from 0 to 2**32 - 1; same seed, same files.
    jobs : int, optional
        Worker processes; by default one per core.
    cache_dir : path, optional
        Folder of extracted features.
    models_dir : path, optional
        Folder of backbones, besides the default one.
    progress : Progress, optional

    Raises
    ------
    EssentiaLDLError
        If the collection has one class only, or no two recordings of one class; or if an option,
        the backbone or the output folder cannot be used.

    Examples
    --------
    >>> from essentia_ldl import Collection
    >>> result = audit_collection(Collection.from_folder("my_music"), "audited")
    >>> worst = result.audit.tracks[result.audit.most_suspicious(1)[0]]
    >>> 0 <= worst.suspicion <= 1
    True
    """
    out, recorder = Path(out), Recorder(progress or Silent())
    for name, number, least in (("jobs", jobs, 1), ("k", n_neighbors, 1), ("seed", seed, 0)):
        if number is not None and number < least:
            raise OptionError(f"must be at least {least}, not {number}", subject=name)
    if seed > _MAX_SEED:
        raise OptionError(f"must be at most {_MAX_SEED}, not {seed}", subject="seed")
    found = find_backbone(backbone, Path(models_dir) if models_dir else None)
    embedding = EmbeddingExtractor.of(found, engine)
    recorder.tell_some("skipped", collection.skipped)
    listed = len(collection.skipped)
    collection.check_trainable()
    check_writable(out)
    collection, features = extract_each(
        collection,
        (FingerprintExtractor(), embedding),
        cache_dir=Path(cache_dir) if cache_dir else None,
        jobs=jobs,
        progress=recorder,
    )
    recorder.tell_some("skipped", collection.skipped[listed:])
    settings = {
        "backbone": found.name,
        "engine": engine_record(embedding.engine),
        "n_neighbors": n_neighbors,
        "seed": seed,
    }
    audit = _audit(collection, features, settings, recorder)
    return AuditResult(audit, write_audit(out, audit, copy_audio=copy_audio, progress=recorder))


def _audit(
    collection: Collection,
    features: Sequence[TrackFeatures],
    settings: dict[str, Any],
    recorder: Recorder,
) -> Audit:
    """Score what was extracted; `settings` decide, and are recorded."""
    collection.check_trainable()
    labels = [track.label for track in collection.tracks]
    duplicates = find_duplicates(
        [track.digest for track in features],
        [track.arrays["fingerprint"] for track in features],
        labels,
    )
    embeddings = np.array(
        [track.arrays["embeddings"].mean(axis=0, dtype=np.float64) for track in features]
    )
    try:
        scores = score_tracks(
            embeddings,
            labels,
            collection.classes,
            groups=collection.groups,
            duplicates=[(pair.first, pair.second) for pair in duplicates],
            n_neighbors=settings["n_neighbors"],
            seed=settings["seed"],
            progress=recorder,
        )
    except ValueError as error:
        raise CollectionError(
            str(error),
            subject=collection.name,
            remedy="a label is judged by other recordings of its class: add some",
        ) from error
    told = (*_short_clips(features), *scores.warnings, *scores.neighbor_warnings)
    for warning in (*told, *_nameless(collection.classes)):
        recorder.warn(warning)
    return Audit(
        name=collection.name,
        classes=collection.classes,
        tracks=_tracks(collection, scores, duplicates, layout(embeddings, settings["seed"])),
        overlaps=overlaps_of(
            scores.distributions, collection.y, scores.suggested, collection.classes
        ),
        duplicates=duplicates,
        skipped=collection.skipped,
        warnings=tuple(recorder.warnings),
        settings={
            **settings,
            **scoring_settings(),
            "temperature": scores.temperature,
            "grouped": collection.groups is not None,
            "duplicates_from": SIMILARITY,
        },
        versions=versions(),
    )


def _short_clips(features: Sequence[TrackFeatures]) -> list[str]:
    n_repeated = sum(bool(track.arrays["repeated"]) for track in features)
    if not n_repeated:
        return []
    return [
        f"{n_repeated} of {len(features)} clips are shorter than one patch, and are repeated to "
        "fill it (what is said of them is less sure)"
    ]


def _nameless(classes: Sequence[str]) -> list[str]:
    """Tell of classes that the corrected collection, being a table, cannot hold."""
    return [
        f"{name} as a class is a missing label in any table: what the page exports has its tracks "
        "without one (rename the class)"
        for name in classes
        if name in MISSING
    ]


def _tracks(
    collection: Collection,
    scores: Scores,
    duplicates: Sequence[Duplicate],
    positions: NDArray[np.float64],
) -> tuple[AuditedTrack, ...]:
    pairs = [(pair.first, pair.second) for pair in duplicates]
    recordings = recordings_of(len(collection.tracks), pairs)
    _, first_of = np.unique(recordings, return_index=True)
    return tuple(
        AuditedTrack(
            path=str(track.path),
            label=track.label,
            suggested_label=collection.classes[scores.suggested[row]],
            suspicion=float(scores.suspicion[row]),
            ambiguity=float(scores.ambiguity[row]),
            distribution=tuple(scores.distributions[row].tolist()),
            neighbors=tuple(scores.neighbors[row].tolist()),
            neighbor_suspicion=float(scores.neighbor_suspicion[row]),
            duplicate_of=int(first_of[recording]) if first_of[recording] != row else None,
            group=track.group,
            position=(float(positions[row, 0]), float(positions[row, 1])),
            votes=track.votes,
        )
        for row, (track, recording) in enumerate(
            zip(collection.tracks, recordings.tolist(), strict=True)
        )
    )
