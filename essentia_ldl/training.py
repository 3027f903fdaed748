"""The main job: a collection of labelled music becomes a head that Essentia runs.

The one place that walks the whole way: features, label distributions, heads, evaluation, export.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Skipped, Task
from essentia_ldl.errors import OptionError, OutputError
from essentia_ldl.evaluation import (
    CrossValidation,
    Fold,
    corrected_paired_ttest,
    independent_ttest,
    make_folds,
)
from essentia_ldl.export.snippet import essentia_snippet
from essentia_ldl.features import Features, MFCCSettings, extract_features
from essentia_ldl.labels import PRESETS, describe, make_enhancer, preset
from essentia_ldl.labels.fitting import FitRequest, fit_label_distributions
from essentia_ldl.networks.losses import find_loss
from essentia_ldl.progress import Advance, Progress, Silent
from essentia_ldl.report import LabelDistributions, ReportFiles, write_report
from essentia_ldl.versions import versions
from essentia_ldl.zoo import Backbone, find_backbone

if TYPE_CHECKING:
    from essentia_ldl.export.classifier import ExportedClassifier
    from essentia_ldl.networks.heads import Head, HeadTask

BASELINE = "none"
_SKIPS_TOLD = 20


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
        JSON metadata of the exported head; its graph lies beside it.
    """

    report: dict[str, Any]
    files: ReportFiles
    model: Path


@dataclass(frozen=True)
class Settings:
    """How to train; `losses` maps a variant to its loss, with the key "" for all variants."""

    variants: tuple[str, ...]
    export: str
    losses: Mapping[str, str]
    folds: int
    repeats: int
    epochs: int
    seed: int

    def loss(self, variant: str) -> str:
        """Loss that a variant trains with: the one asked for, or the paper's."""
        return self.losses.get(variant) or self.losses.get("") or PRESETS[variant].loss


@dataclass
class _Recorder:
    """Progress that is passed on, and whose stages' seconds and warnings go into the report."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        start = time.monotonic()
        with self.progress.stage(name, total) as advance:
            yield advance
        self.seconds[name] = round(time.monotonic() - start, 3)

    def warn(self, message: str) -> None:
        self.warnings.append(message)
        self.progress.warn(message)

    def tell_skipped(self, skipped: Sequence[Skipped]) -> None:
        """Name what is left out at once: a run that fails later writes no report."""
        for skip in skipped[:_SKIPS_TOLD]:
            self.progress.warn(f"skipped {skip.path}: {skip.reason}")
        if len(skipped) > _SKIPS_TOLD:
            self.progress.warn(f"skipped {len(skipped) - _SKIPS_TOLD} more files")


def train_classifier(
    collection: Collection,
    out: str | Path,
    *,
    task: str | None = None,
    labels: Sequence[str] = ("none", "s_a", "s_b"),
    export: str = BASELINE,
    losses: Mapping[str, str] | None = None,
    backbone: str = "msd-musicnn",
    folds: int = 5,
    repeats: int = 1,
    epochs: int = 150,
    seed: int = 0,
    jobs: int | None = None,
    cache_dir: Path | None = None,
    models_dir: Path | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train, evaluate and export a classification head.

    Every label variant is evaluated by cross-validation, with everything that is fitted (scaler,
    metric, neighbours, head) fitted inside the training fold; then the head of the variant
    `export` is trained on the whole collection and written in the form of Essentia's zoo.

    Parameters
    ----------
    collection : Collection
    out : path
        Folder for the model and the report.
    task : str, optional
        Name of the task; by default the collection's. One of the paper's tasks brings its
        classes and settings.
    labels : sequence of str
        Presets of label enhancement to compare; "none" is added where it is not named.
    export : str
        The preset whose head is exported.
    losses : mapping, optional
        Loss of a preset, or of all under the key ""; by default the paper's.
    backbone : str
        Name of a backbone, or path of its zoo JSON.
    folds, repeats, epochs, seed : int
    jobs : int, optional
        Worker processes; by default one per core.
    cache_dir : Path, optional
        Folder of extracted features.
    models_dir : Path, optional
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
    >>> collection = Collection.from_folder("my_music")  # doctest: +SKIP
    >>> result = train_classifier(collection, "out")  # doctest: +SKIP
    >>> result.report["variants"]["none"]["balanced_accuracy"]["fold_mean"]  # doctest: +SKIP
    0.86
    """
    recorder = _Recorder(progress or Silent())
    settings = _settings(
        labels,
        losses or {},
        export=export,
        folds=folds,
        repeats=repeats,
        epochs=epochs,
        seed=seed,
    )
    network = find_backbone(backbone, models_dir)
    chosen = Task.for_collection(task or collection.name, collection.classes)
    collection = collection.with_task(chosen)
    _folds(collection, settings)
    _check_writable(Path(out))
    collection, features = extract_features(
        collection,
        backbone=network,
        mfcc=MFCCSettings() if any(PRESETS[v].space for v in settings.variants) else None,
        cache_dir=cache_dir,
        jobs=jobs,
        progress=recorder,
    )
    recorder.tell_skipped(collection.skipped)
    experiment = _Experiment(collection, features, chosen, network, settings, recorder)
    return experiment.run(Path(out), jobs)


@dataclass(frozen=True)
class _Experiment:
    """One collection, all variants: cross-validation, then the final head."""

    collection: Collection
    features: Features
    task: Task
    backbone: Backbone
    settings: Settings
    progress: _Recorder

    def run(self, out: Path, jobs: int | None) -> TrainingResult:
        """Fit labels, train every head in one batch, evaluate, export and report."""
        from essentia_ldl.networks.heads import predict_tracks, train_heads
        from essentia_ldl.networks.loading import load_tensorflow

        splits = _folds(self.collection, self.settings)
        in_folds, on_all = self._label_distributions(splits, jobs)
        load_tensorflow()
        heads = train_heads(
            self.features.embeddings,
            self._head_tasks(splits, in_folds, on_all),
            epochs=self.settings.epochs,
            progress=self.progress,
        )
        *cross_validated, final = heads
        results = self._evaluate(splits, predict_tracks(cross_validated, self.features.embeddings))
        variants = self._variants(splits, results)
        exported = self._export(final, variants, out)
        report = self._report(variants, exported)
        distributions = LabelDistributions(
            paths=tuple(str(track.path) for track in self.collection.tracks),
            labels=tuple(track.label for track in self.collection.tracks),
            classes=self.collection.classes,
            by_variant=on_all,
        )
        return TrainingResult(report, write_report(out, report, distributions), exported.json)

    def _label_distributions(
        self, splits: Sequence[Fold], jobs: int | None
    ) -> tuple[dict[str, list[NDArray[np.float64]]], dict[str, NDArray[np.float64]]]:
        """Label distributions of every variant, in each training fold and on all tracks."""
        everything = np.arange(len(self.collection.tracks))
        subsets = [*(split.train for split in splits), everything]
        requests = [
            self._fit_request(variant, subset)
            for variant in self.settings.variants
            for subset in subsets
        ]
        fitted = iter(fit_label_distributions(requests, jobs=jobs, progress=self.progress))
        in_folds, on_all = {}, {}
        for variant in self.settings.variants:
            in_folds[variant] = [next(fitted) for _ in splits]
            on_all[variant] = next(fitted)
        return in_folds, on_all

    def _fit_request(self, variant: str, subset: NDArray[np.intp]) -> FitRequest:
        space = PRESETS[variant].space
        # A variant that looks at no features still has one row for each track.
        table = getattr(self.features, space) if space else np.zeros((len(self.collection.y), 1))
        names = np.array(self.collection.classes)
        return FitRequest(
            variant,
            self._enhancer(variant),
            table[subset],
            names[self.collection.y[subset]],
            self.collection.classes,
        )

    def _enhancer(self, variant: str) -> Any:
        return make_enhancer(
            variant,
            n_neighbors=self.task.n_neighbors(variant),
            n_components=self.task.n_components,
            random_state=self.settings.seed,
        )

    def _head_tasks(
        self,
        splits: Sequence[Fold],
        in_folds: Mapping[str, list[NDArray[np.float64]]],
        on_all: Mapping[str, NDArray[np.float64]],
    ) -> list[HeadTask]:
        """One head for each variant and fold, and last the one that is exported.

        The variants of a fold share their random numbers, so that only the labels differ.
        """
        from essentia_ldl.networks.heads import HeadTask

        seed = self.settings.seed
        tasks = [
            HeadTask(
                split.train,
                targets,
                self.settings.loss(variant),
                (seed, 1, split.repeat, split.fold),
            )
            for variant in self.settings.variants
            for split, targets in zip(splits, in_folds[variant], strict=True)
        ]
        export = self.settings.export
        everything = np.arange(len(self.collection.tracks))
        final = HeadTask(everything, on_all[export], self.settings.loss(export), (seed, 2, 0, 0))
        return [*tasks, final]

    def _evaluate(
        self, splits: Sequence[Fold], probabilities: NDArray[np.float64]
    ) -> dict[str, CrossValidation]:
        """Cross-validation of every variant, against the given labels."""
        by_variant = probabilities.reshape(
            len(self.settings.variants), len(splits), *probabilities.shape[1:]
        )
        return {
            variant: CrossValidation.from_predictions(
                self.collection.y,
                splits,
                [
                    folds[split.test].argmax(axis=1)
                    for split, folds in zip(splits, rows, strict=True)
                ],
                n_classes=len(self.collection.classes),
            )
            for variant, rows in zip(self.settings.variants, by_variant, strict=True)
        }

    def _variants(
        self, splits: Sequence[Fold], results: Mapping[str, CrossValidation]
    ) -> dict[str, dict[str, Any]]:
        """The report's entry of every variant, each tested against none."""
        baseline = results[BASELINE].per_fold
        n_test = float(np.mean([len(split.test) for split in splits]))
        n_train = float(np.mean([len(split.train) for split in splits]))
        entries = {}
        for variant, result in results.items():
            compared = variant != BASELINE
            entries[variant] = {
                "loss": self.settings.loss(variant),
                **result.to_dict(),
                "p_value_vs_none": corrected_paired_ttest(
                    result.per_fold, baseline, n_train, n_test
                )
                if compared
                else None,
                "p_value_vs_none_independent": independent_ttest(result.per_fold, baseline)
                if compared
                else None,
                "label_enhancement": {
                    "description": PRESETS[variant].description,
                    **describe(self._enhancer(variant)),
                },
            }
        return entries

    def _export(
        self, head: Head, variants: Mapping[str, Mapping[str, Any]], out: Path
    ) -> ExportedClassifier:
        from essentia_ldl.export.classifier import export_classifier, head_metadata, model_name

        collection, settings = self.collection, self.settings
        chosen = variants[settings.export]
        accuracy = chosen["balanced_accuracy"]
        metric = f"{settings.folds}-fold_cross_validation_normalized_accuracy"
        metadata = head_metadata(
            head,
            self.task.name,
            collection.classes,
            self.backbone,
            dataset={
                "name": collection.name,
                "size": f"{len(collection.tracks)} tracks",
                "metrics": {metric: round(accuracy["pooled"], 4)},
            },
            label_enhancement={
                "labels": settings.export,
                "loss": chosen["loss"],
                "settings": chosen["label_enhancement"],
            },
            training={
                "cross_validation": {
                    "folds": settings.folds,
                    "repeats": settings.repeats,
                    "grouped": collection.groups is not None,
                    "balanced_accuracy": accuracy,
                },
                "epochs": settings.epochs,
                "seed": settings.seed,
                "backbone": {"name": self.backbone.name, "sha256": self.backbone.sha256},
                "versions": versions(),
            },
        )
        stem = out / "classification-heads" / self.task.name
        return export_classifier(
            head,
            metadata,
            stem / model_name(self.task.name, self.backbone),
            embeddings=np.concatenate(self.features.embeddings),
        )

    def _report(
        self, variants: Mapping[str, Mapping[str, Any]], exported: ExportedClassifier
    ) -> dict[str, Any]:
        settings, collection = self.settings, self.collection
        return {
            "task": self.task.name,
            "classes": list(collection.classes),
            "n_tracks": len(collection.tracks),
            "backbone": self.backbone.name,
            "folds": settings.folds,
            "repeats": settings.repeats,
            "epochs": settings.epochs,
            "seed": settings.seed,
            "grouped": collection.groups is not None,
            "variants": dict(variants),
            "exported": {
                "labels": settings.export,
                "pb": str(exported.pb),
                "json": str(exported.json),
                "sha256": exported.sha256,
                "parity_max_abs_diff": exported.parity_max_abs_diff,
                "snippet": essentia_snippet(exported.pb, self.backbone),
            },
            "skipped": [{"path": s.path, "reason": s.reason} for s in collection.skipped],
            "warnings": self.progress.warnings,
            "versions": versions(),
            "seconds": self.progress.seconds,
        }


def _settings(labels: Sequence[str], losses: Mapping[str, str], **others: Any) -> Settings:
    """Settings whose variants begin with the baseline and hold the exported one."""
    export = others["export"]
    variants = tuple(dict.fromkeys([BASELINE, *labels, export]))
    for variant in variants:
        preset(variant)
    unknown = set(losses) - {"", *variants}
    if unknown:
        raise OptionError(
            f"a loss is given for {', '.join(sorted(unknown))}, which is not trained",
            remedy=f"trained are {', '.join(variants)}",
        )
    for loss in losses.values():
        find_loss(loss)
    return Settings(variants=variants, losses=dict(losses), **others)


def _folds(collection: Collection, settings: Settings) -> tuple[Fold, ...]:
    """Split a collection, or tell why it cannot be."""
    collection.check_trainable(settings.folds)
    return make_folds(
        collection.y,
        collection.groups,
        n_splits=settings.folds,
        n_repeats=settings.repeats,
        seed=settings.seed,
        classes=collection.classes,
    )


def _check_writable(folder: Path) -> None:
    """Find out before hours of work, not after them.

    Raises
    ------
    OutputError
        If no file can be written to the folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}",
            subject=folder,
            remedy="choose a folder that you may write to, with -o",
        ) from error
