"""The main job: a collection of labelled music becomes a classifier that Essentia runs.

The one place that walks the whole way: features, label distributions, training, evaluation, export.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.approaches import choose_approach
from essentia_ldl.collection import Collection, Task
from essentia_ldl.collection.tasks import nearest_task
from essentia_ldl.errors import OptionError
from essentia_ldl.experiment import Experiment, split
from essentia_ldl.files import check_writable
from essentia_ldl.labels import DEFAULT_EXPORT, DEFAULT_LABELS
from essentia_ldl.progress import Progress, Recorder, Silent
from essentia_ldl.report import ReportFiles, write_report
from essentia_ldl.settings import Settings
from essentia_ldl.training_record import (
    findings_on,
    label_distributions,
    making_of,
    report_content,
)

# A name this much like one of the paper's tasks, and not equal, is hardly meant.
_MISSPELLED = 0.9


@dataclass(frozen=True)
class TrainingResult:
    """What a training run made.

    Attributes
    ----------
    report : dict
        The content of report.json.
    files : ReportFiles
        The report as JSON, HTML and CSV.
    model : Path
        JSON metadata of the exported model; its graph lies beside it.
    """

    report: dict[str, Any]
    files: ReportFiles
    model: Path


def train_classifier(
    collection: Collection,
    out: str | Path,
    *,
    task: str | None = None,
    labels: str | Sequence[str] = DEFAULT_LABELS,
    export: str = DEFAULT_EXPORT,
    losses: Mapping[str, str] | None = None,
    backbone: str = "msd-musicnn",
    engine: str | None = None,
    network: str | None = None,
    mode: str = "frozen",
    folds: int = 5,
    repeats: int = 1,
    epochs: int | None = None,
    seed: int = 0,
    jobs: int | None = None,
    cache_dir: str | Path | None = None,
    models_dir: str | Path | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train, evaluate and export a classifier: a head on embeddings, or a whole network.

    Every label variant is evaluated by cross-validation, with everything that is fitted (scaler,
    metric, neighbours, model) fitted inside the training fold; then the model of the variant
    `export` is trained on the whole collection and written in the form of Essentia's zoo.

    Parameters
    ----------
    collection : Collection
    out : path
        Folder for the model and the report.
    task : str, optional
        Name of the task; by default the collection's. One of the paper's tasks brings its
        classes and settings.
    labels : sequence of str, or str
        Presets of label enhancement to compare (`essentia_ldl.labels.PRESETS`), each with
        parameters where wanted: "robust", "knn:space=embedding,k=5,blend=0.5"; or all in one
        string, with commas between. "none" and `export` are added where they are not named.
    export : str
        The preset whose model is exported.
    losses : mapping, optional
        Loss of a preset, or of all under the key ""; by default the preset's.
    backbone : str
        Name of a backbone, or path of its zoo JSON: of what heads learn from, and of the space
        "embedding" that labels are compared in.
    engine : {"essentia", "onnxruntime"}, optional
        What computes the embeddings; by default onnxruntime, where it is installed and was seen
        to agree with Essentia on this backbone.
    network : {"musicnn", "vgg"}, optional
        Train this network on mel patches, instead of heads on the backbone's embeddings. A run
        that is broken off and started again goes on where it stopped.
    mode : {"frozen", "scratch", "finetuned"}
        How a network is trained: pre-trained on the Million Song Dataset with the convolutions
        frozen, from scratch, or pre-trained and trained on as a whole.
    folds, repeats, seed : int
    epochs : int, optional
        By default 600 for a network from scratch, and 150 otherwise, as in the paper.
    jobs : int, optional
        Worker processes; by default one per core.
    cache_dir : path, optional
        Folder of extracted features, and of networks in training.
    models_dir : path, optional
        Folder of backbones, besides the default one.
    progress : Progress, optional

    Returns
    -------
    TrainingResult

    Raises
    ------
    EssentiaLDLError
        If an option, the collection, the backbone or the output folder cannot be used, or the
        exported graph does not give training's numbers in Essentia.

    Examples
    --------
    >>> from essentia_ldl import Collection, train_classifier
    >>> collection = Collection.from_folder("my_music")
    >>> result = train_classifier(collection, "out", labels="knn:k=3,blend=0.5", folds=2, epochs=5)
    >>> list(result.report["variants"])
    ['none', 'knn:k=3,blend=0.5', 'robust']
    >>> print(result.model)
    out/classification-heads/my_music/my_music-msd-musicnn-1.json
    """
    out, recorder = Path(out), Recorder(progress or Silent())
    if jobs is not None and jobs < 1:
        raise OptionError(f"must be at least 1, not {jobs}", subject="jobs")
    approach = choose_approach(
        network=network,
        mode=mode,
        backbone=backbone,
        engine=engine,
        cache_dir=Path(cache_dir) if cache_dir else None,
        models_dir=Path(models_dir) if models_dir else None,
        progress=recorder,
    )
    settings = Settings.of(
        labels,
        losses or {},
        export=export,
        folds=folds,
        repeats=repeats,
        epochs=approach.default_epochs if epochs is None else epochs,
        seed=seed,
    )
    named = _task(task or collection.name, collection, recorder)
    listed = _checked(collection.with_task(named), settings, out, recorder)
    collection, features = approach.extract(
        listed,
        settings.mfcc if settings.uses_mfcc(*settings.variants) else None,
        embedding=settings.uses_embedding(*settings.variants),
        jobs=jobs,
        progress=recorder,
    )
    recorder.tell_some("skipped", collection.skipped[len(listed.skipped) :])
    experiment = Experiment(collection, features, named, settings, approach.learner)
    outcome = experiment.run(jobs=jobs, progress=recorder)
    findings = findings_on(experiment, jobs, recorder)
    making = making_of(experiment, outcome, approach)
    exported = approach.export(outcome.model, features, making, out)
    report = report_content(experiment, outcome, approach, exported, recorder) | findings
    files = write_report(out, report, label_distributions(collection, outcome))
    return TrainingResult(report, files, exported.classifier.json)


def _checked(
    collection: Collection, settings: Settings, out: Path, recorder: Recorder
) -> Collection:
    """Find out what stands in the way before features are extracted, not after."""
    # At once: a run that fails later writes no report.
    recorder.tell_some("skipped", collection.skipped)
    split(collection, settings)
    check_writable(out)
    return collection


def _task(name: str, collection: Collection, recorder: Recorder) -> Task:
    """Find the task of that name, and warn where it may be another than is meant."""
    task = Task.for_collection(name, collection.classes)
    near = nearest_task(task.name, _MISSPELLED)
    if near not in ("", task.name):
        recorder.warn(
            f"{task.name} is taken for a task of its own, with the classes' own names and order; "
            f"the paper's is {near} (give --task {near} if that is meant)"
        )
    for names in task.lookalikes():
        recorder.warn(
            f"classes {', '.join(names)} differ in spelling only, and are kept apart (give them "
            "one name if they are one class)"
        )
    return task
