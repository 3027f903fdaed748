"""Label variants compared on one collection: cross-validation, and the final head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Task
from essentia_ldl.evaluation import (
    CrossValidation,
    Fold,
    corrected_paired_ttest,
    independent_ttest,
    make_folds,
    out_of_fold,
)
from essentia_ldl.features import Features
from essentia_ldl.labels import BASELINE, describe
from essentia_ldl.networks.learner import HeadLearner, Learner
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.progress import Progress
from essentia_ldl.settings import Settings
from essentia_ldl.targets import Distributions, Targets, check_variants


@dataclass(frozen=True)
class Outcome:
    """What an experiment found.

    Attributes
    ----------
    variants : dict
        The report's entry of every variant: loss, accuracy, confusion, significance, settings.
    model : Head or TrainedNetwork
        Of the exported variant, trained on every track.
    distributions : dict of str to np.ndarray [shape=(n_tracks, n_classes)]
        Label distributions of every variant, fitted on every track.
    probabilities : np.ndarray [shape=(n_variants, n_repeats, n_tracks, n_classes)]
        In each repeat, every track's class probabilities by the model that did not learn from it.
    """

    variants: dict[str, dict[str, Any]]
    model: Any
    distributions: dict[str, Distributions]
    probabilities: NDArray[np.float64]


def split(collection: Collection, settings: Settings) -> tuple[Fold, ...]:
    """Split a collection into the folds of every repeat.

    Raises
    ------
    CollectionError
        If it cannot be split: one class only, or classes with fewer tracks or groups than folds;
        or if a variant's labels cannot be made of a fold.
    OptionError
        If a variant's k is too large for a fold.
    """
    collection.check_trainable()
    folds = make_folds(
        collection.y,
        collection.groups,
        n_splits=settings.folds,
        n_repeats=settings.repeats,
        seed=settings.seed,
        classes=collection.classes,
    )
    check_variants(collection, settings.variants, folds)
    return folds


@dataclass(frozen=True)
class Experiment:
    """One collection, its features, the variants to compare on it, and what is trained.

    Attributes
    ----------
    collection : Collection
    features : Features
        What the learner and the labels need.
    task : Task
    settings : Settings
    learner : Learner
        Heads on embeddings by default.
    """

    collection: Collection
    features: Features
    task: Task
    settings: Settings
    learner: Learner = field(default_factory=HeadLearner)

    def run(self, *, jobs: int | None, progress: Progress) -> Outcome:
        """Fit the labels, train on those of every variant and fold, and evaluate.

        Everything that is fitted is fitted on the training tracks of a fold alone.

        Parameters
        ----------
        jobs : int, optional
            Worker processes for the labels.
        progress : Progress
        """
        folds = split(self.collection, self.settings)
        in_folds, on_all = self.targets.fit(folds, jobs=jobs, progress=progress)
        learned = self.learner.learn(
            self.features,
            self.training_tasks(folds, in_folds, on_all),
            epochs=self.settings.epochs,
            progress=progress,
        )
        predicted = learned.probabilities
        n_variants = len(self.settings.variants)
        by_variant = predicted.reshape(n_variants, len(folds), *predicted.shape[1:])
        probabilities = np.stack([out_of_fold(folds, variant) for variant in by_variant])
        return Outcome(self._entries(folds, probabilities), learned.model, on_all, probabilities)

    @property
    def targets(self) -> Targets:
        """What the variants train on."""
        return Targets(self.collection, self.features, self.task, self.settings)

    def training_tasks(
        self,
        folds: Sequence[Fold],
        in_folds: Mapping[str, list[Distributions]],
        on_all: Mapping[str, Distributions],
    ) -> list[TrainingTask]:
        """One task for each variant and fold, and last that of the exported model.

        The variants of a fold share their random numbers, so that only the labels differ.
        """
        seed = self.settings.seed
        tasks = [
            TrainingTask(
                fold.train,
                targets,
                self.settings.loss(variant),
                (seed, 1, fold.repeat, fold.fold),
                f"labels {variant.name}, repeat {fold.repeat + 1}, fold {fold.fold + 1}",
            )
            for variant in self.settings.variants
            for fold, targets in zip(folds, in_folds[variant.name], strict=True)
        ]
        export = self.settings.export
        everything = np.arange(len(self.collection.tracks))
        final = TrainingTask(
            everything,
            on_all[export.name],
            self.settings.loss(export),
            (seed, 2, 0, 0),
            f"labels {export.name}, all tracks",
        )
        return [*tasks, final]

    def _entries(
        self, folds: Sequence[Fold], probabilities: NDArray[np.float64]
    ) -> dict[str, dict[str, Any]]:
        """The report's entry of every variant, each tested against none."""
        results = {
            variant.name: CrossValidation.from_probabilities(self.collection.y, folds, rows)
            for variant, rows in zip(self.settings.variants, probabilities, strict=True)
        }
        baseline = results[BASELINE].per_fold
        n_test = float(np.mean([len(fold.test) for fold in folds]))
        n_train = float(np.mean([len(fold.train) for fold in folds]))
        entries = {}
        for variant in self.settings.variants:
            result = results[variant.name]
            compared = variant.name != BASELINE
            entries[variant.name] = {
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
                    "description": variant.description,
                    "space": variant.space,
                    "voted_tracks": self.targets.n_voted(variant),
                    **describe(self.targets.enhancer(variant)),
                },
            }
        return entries
