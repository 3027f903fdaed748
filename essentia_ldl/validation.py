"""External validation: exported models on tracks they were not trained on.

Walks from a list of tracks through the runtime to evaluation and report, as `training` does for
the main job.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from essentia_ldl.collection import Collection, Skipped
from essentia_ldl.collection.annotations import Annotations, is_annotation_file
from essentia_ldl.collection.ballot import MIN_VOTES
from essentia_ldl.collection.external import ExternalSet
from essentia_ldl.collection.vocabulary import Vocabulary
from essentia_ldl.errors import CollectionError, OptionError
from essentia_ldl.evaluation.accuracy_comparison import AccuracyComparison
from essentia_ldl.evaluation.bootstrap import Resampling
from essentia_ldl.evaluation.distance_comparison import DistanceComparison
from essentia_ldl.files import check_writable
from essentia_ldl.progress import Progress, Recorder, Silent
from essentia_ldl.report.predictions import PredictionTable
from essentia_ldl.report.validation import ValidationFiles, write_validation
from essentia_ldl.runtime.panel import Panel, PanelAnswers
from essentia_ldl.versions import versions

AnyPath = str | os.PathLike[str]


@dataclass(frozen=True)
class ValidationResult:
    """What a validation found.

    Attributes
    ----------
    report : dict
        The content of validation.json (`essentia_ldl.report.validation_content`).
    files : ValidationFiles or None
        Where it was written; None where no folder was given.
    """

    report: dict[str, Any]
    files: ValidationFiles | None


def validate_models(
    models: Sequence[AnyPath],
    annotations: AnyPath,
    *,
    audio: AnyPath | None = None,
    taxonomy: str | None = None,
    raw: bool = False,
    min_votes: int | None = None,
    out: AnyPath | None = None,
    resampling: Resampling | None = None,
    engine: str | None = None,
    jobs: int | None = None,
    models_dir: AnyPath | None = None,
    progress: Progress | None = None,
) -> ValidationResult:
    """Judge exported models on tracks that people labelled.

    The accuracy is taken over the tracks with one true class (`essentia_ldl.collection.ballot` says
    how votes count), and all models are judged on the tracks that each of them can answer.

    Parameters
    ----------
    models : sequence of path
        JSON metadata of exported heads that tell the same classes apart.
    annotations : path
        One of MTG-Jamendo's annotation files, clean or raw, or anything that
        `Collection.from_path` reads.
    audio : path, optional
        Folder that an annotation file's paths are below.
    taxonomy : str, optional
        The annotation file's; by default the one that the models' names or classes say.
    raw : bool
        Compare the predicted distributions with the annotators' votes too.
    min_votes : int, optional
        With `raw`: how many annotators have to name a class before their votes count as a
        distribution; by default `MIN_VOTES`.
    out : path, optional
        Folder for validation.json, validation.html and predictions.csv.
    resampling : Resampling, optional
        How the intervals are made.
    engine : {"essentia", "onnxruntime"}, optional
        What computes embeddings, as for `Classifier`.
    jobs : int, optional
        Worker processes; by default one per core.
    models_dir : path, optional
        Folder of backbones, besides the default one.
    progress : Progress, optional

    Raises
    ------
    EssentiaLDLError
        If a model, the list or an option cannot be used, or no track is left.

    Examples
    --------
    >>> model = "out/classification-heads/my_music/my_music-msd-musicnn-1.json"
    >>> result = validate_models([model], "my_music")
    >>> result.report["accuracy"]["n_tracks"]
    16
    """
    recorder = Recorder(progress or Silent())
    _check(raw, min_votes=min_votes, jobs=jobs)
    panel = Panel.of(
        models,
        taxonomy=taxonomy,
        models_dir=Path(models_dir) if models_dir else None,
        engine=engine,
        jobs=jobs,
        progress=recorder,
    )
    least = (min_votes or MIN_VOTES) if raw else None
    external = _external_set(Path(annotations), audio, panel.vocabulary, least)
    recorder.tell_some("missing:", external.missing)
    recorder.tell_some("unreadable:", external.unreadable)
    if out:
        check_writable(Path(out))
    answers = panel.classify([track.path for track in external.tracks], recorder)
    judged = _judged(external, answers)
    recorder.tell_some("unreadable:", judged.unreadable[len(external.unreadable) :])
    how = resampling or Resampling()
    report = {
        "task": judged.task,
        "classes": list(judged.classes),
        "source": str(judged.source),
        "audio": None if audio is None else os.fspath(audio),
        "min_votes": least,
        "n_tracks": len(judged.tracks),
        "left_out": dict(judged.left_out),
        "missing": [asdict(skip) for skip in judged.missing],
        "unreadable": [asdict(skip) for skip in judged.unreadable],
        "models": _models(models, panel, answers),
        "accuracy": _accuracy(judged, answers, how, recorder),
        "distances": _distances(judged, answers, how) if raw else None,
        "intervals": {**asdict(how), **_units(judged)},
        "warnings": recorder.warnings,
        "versions": versions(),
    }
    files = write_validation(Path(out), report, _table(judged, answers)) if out else None
    return ValidationResult(report, files)


def _check(raw: bool, **numbers: int | None) -> None:
    """Refuse numbers that mean nothing."""
    for name, number in numbers.items():
        if number is not None and number < 1:
            raise OptionError(f"must be at least 1, not {number}", subject=name)
    if numbers["min_votes"] is not None and not raw:
        raise OptionError(
            "is for distances to the votes, which nothing asks for",
            subject="min_votes",
            remedy="add --raw, or leave out --min-votes",
        )


def _external_set(
    source: Path, audio: AnyPath | None, vocabulary: Vocabulary, min_votes: int | None
) -> ExternalSet:
    if is_annotation_file(source):
        if audio is None:
            raise OptionError(
                "needs the folder of the dataset's audio", subject=source, remedy="give --audio"
            )
        return ExternalSet.of_annotations(
            Annotations.read(source), Path(audio), vocabulary, min_votes=min_votes
        )
    # A file that does not exist is said to be absent by whoever reads collections.
    if (audio is not None or min_votes is not None) and source.exists():
        raise OptionError(
            "is no annotation file of MTG-Jamendo's form, so there are no votes, and the paths of "
            "its audio are its own",
            subject=source,
            remedy="leave out --audio and --raw, or check the header of the file",
        )
    return ExternalSet.of_collection(Collection.from_path(source), source, vocabulary)


def _judged(external: ExternalSet, answers: PanelAnswers) -> ExternalSet:
    """Keep the tracks that all models answered."""
    unreadable = [Skipped(external.tracks[i].name, why) for i, why in answers.failed.items()]
    if not answers.answered:
        raise CollectionError(
            f"has {len(unreadable)} tracks, and none can be classified; the first, "
            f"{unreadable[0].path}: {unreadable[0].reason}",
            subject=external.source,
            remedy="check that the files play",
        )
    return replace(
        external,
        tracks=tuple(external.tracks[index] for index in answers.answered),
        unreadable=(*external.unreadable, *unreadable),
    )


def _models(models: Sequence[AnyPath], panel: Panel, answers: PanelAnswers) -> dict[str, Any]:
    found = {}
    for path, (name, classifier) in zip(models, panel.classifiers.items(), strict=True):
        embedding = classifier.metadata.inference.embedding_model
        found[name] = {
            "path": os.fspath(path),
            "name": classifier.metadata.name,
            "backbone": embedding.model_name if embedding else "",
            "engine": classifier.engine,
            "seconds": answers.seconds[name],
        }
    return found


def _accuracy(
    judged: ExternalSet, answers: PanelAnswers, how: Resampling, recorder: Recorder
) -> dict[str, Any] | None:
    """Compare with the true classes of the tracks that have one; None where none has."""
    agreed = [index for index, track in enumerate(judged.tracks) if track.truth is not None]
    truths = [track.truth for track in judged.tracks if track.truth is not None]
    absent = [name for index, name in enumerate(judged.classes) if index not in truths]
    if not agreed:
        recorder.warn("no track has three equal votes, so there is no accuracy")
        return None
    if absent:
        recorder.warn(
            f"no track is {' or '.join(absent)}: the accuracy is the mean over the other classes"
        )
    tables = {name: rows[agreed] for name, rows in answers.by_model.items()}
    groups = None if judged.groups is None else judged.groups[agreed]
    return AccuracyComparison.of(truths, tables, groups, how).to_dict()


def _distances(judged: ExternalSet, answers: PanelAnswers, how: Resampling) -> dict[str, Any]:
    found = DistanceComparison.of(
        judged.distributions, answers.by_model, judged.groups, how
    ).to_dict()
    counts = Counter(len(track.votes) for track in judged.tracks)
    return {**found, "tracks_per_votes": {str(n): counts[n] for n in sorted(counts)}}


def _units(judged: ExternalSet) -> dict[str, Any]:
    """Say what the intervals resample, and how many of these there are."""
    if judged.groups is None:
        return {"unit": "track", "n_units": len(judged.tracks)}
    return {"unit": "artist", "n_units": len(set(judged.groups.tolist()))}


def _table(judged: ExternalSet, answers: PanelAnswers) -> PredictionTable:
    classes = judged.classes
    return PredictionTable(
        paths=tuple(track.name for track in judged.tracks),
        truths=tuple(
            "" if track.truth is None else classes[track.truth] for track in judged.tracks
        ),
        votes=tuple(tuple(classes[vote] for vote in track.votes) for track in judged.tracks),
        classes=classes,
        by_model=answers.by_model,
    )
