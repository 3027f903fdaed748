"""What a training run tells of itself: the content of report.json, and of the model's JSON."""

from __future__ import annotations

from typing import Any

from essentia_ldl.approaches import Approach, Making
from essentia_ldl.approaches.base import Export
from essentia_ldl.audit.short import short_audit
from essentia_ldl.collection import Collection
from essentia_ldl.experiment import Experiment, Outcome
from essentia_ldl.features import EMBEDDING
from essentia_ldl.labels import Preset
from essentia_ldl.progress import Recorder
from essentia_ldl.report import LabelDistributions
from essentia_ldl.settings import Settings
from essentia_ldl.versions import versions


def making_of(experiment: Experiment, outcome: Outcome, approach: Approach) -> Making:
    """Say in the exported model's JSON how it was made."""
    collection, settings = experiment.collection, experiment.settings
    chosen = outcome.variants[settings.export.name]
    accuracy = chosen["balanced_accuracy"]
    metric = f"{settings.folds}-fold_cross_validation_normalized_accuracy"
    return Making(
        task=experiment.task.name,
        classes=collection.classes,
        dataset={
            "name": collection.name,
            "size": f"{len(collection.tracks)} tracks",
            "metrics": {metric: round(accuracy["pooled"], 4)},
        },
        label_enhancement={
            "labels": settings.export.name,
            "loss": chosen["loss"],
            "settings": chosen["label_enhancement"],
            "mfcc": _mfcc(settings, settings.export),
            "embedding": _embedding(settings, approach, settings.export),
        },
        training={
            "cross_validation": {
                "folds": settings.folds,
                "repeats": settings.repeats,
                "grouped": collection.groups is not None,
                "balanced_accuracy": accuracy,
                "log_loss": chosen["log_loss"],
            },
            "epochs": settings.epochs,
            "seed": settings.seed,
            **approach.for_metadata(),
            "versions": versions(),
        },
    )


def _memorisation(
    experiment: Experiment, jobs: int | None, recorder: Recorder
) -> dict[str, dict[str, Any]]:
    """Find out which variants learn labels by heart."""
    found = experiment.targets.check_memorisation(jobs=jobs, progress=recorder)
    return {name: entry.to_dict() for name, entry in found.items()}


def findings_on(experiment: Experiment, jobs: int | None, recorder: Recorder) -> dict[str, Any]:
    """Check the variants and the labels: the report's "memorisation" and "audit"."""
    return {
        "memorisation": _memorisation(experiment, jobs, recorder),
        "audit": _audit(experiment, recorder),
    }


def _audit(experiment: Experiment, recorder: Recorder) -> dict[str, Any] | None:
    """Name the tracks to listen to; None where there are no embeddings to judge by."""
    collection, features = experiment.collection, experiment.features
    if not features.embeddings:
        return None
    return short_audit(
        [str(track.path) for track in collection.tracks],
        [track.label for track in collection.tracks],
        collection.classes,
        features.space(EMBEDDING),
        groups=collection.groups,
        seed=experiment.settings.seed,
        progress=recorder,
    )


def report_content(
    experiment: Experiment,
    outcome: Outcome,
    approach: Approach,
    export: Export,
    recorder: Recorder,
) -> dict[str, Any]:
    """Say what was done and found; `findings_on` has the rest of report.json."""
    settings, collection = experiment.settings, experiment.collection
    exported = export.classifier
    return {
        "task": experiment.task.name,
        "classes": list(collection.classes),
        "n_tracks": len(collection.tracks),
        "folds": settings.folds,
        "repeats": settings.repeats,
        "epochs": settings.epochs,
        "seed": settings.seed,
        **approach.for_report(),
        "mfcc": _mfcc(settings, *settings.variants),
        "embedding": _embedding(settings, approach, *settings.variants),
        "grouped": collection.groups is not None,
        "variants": outcome.variants,
        "exported": {
            "labels": settings.export.name,
            "pb": str(exported.pb),
            "json": str(exported.json),
            "sha256": exported.sha256,
            "parity_max_abs_diff": exported.parity_max_abs_diff,
            "snippet": export.snippet,
        },
        "skipped": [{"path": s.path, "reason": s.reason} for s in collection.skipped],
        "warnings": recorder.warnings,
        "versions": versions(),
        "seconds": recorder.seconds,
    }


def label_distributions(collection: Collection, outcome: Outcome) -> LabelDistributions:
    """Give every variant's label distributions, fitted on all tracks, with the tracks' names."""
    return LabelDistributions(
        paths=tuple(str(track.path) for track in collection.tracks),
        labels=tuple(track.label for track in collection.tracks),
        classes=collection.classes,
        by_variant=outcome.distributions,
    )


def _mfcc(settings: Settings, *variants: Preset) -> dict[str, Any] | None:
    """Settings of the MFCC that variants compare tracks by; None where they do not."""
    return settings.mfcc.settings if settings.uses_mfcc(*variants) else None


def _embedding(settings: Settings, approach: Approach, *variants: Preset) -> dict[str, Any] | None:
    """What gives the embeddings that variants compare tracks by; None where they do not."""
    return approach.for_space() if settings.uses_embedding(*variants) else None
