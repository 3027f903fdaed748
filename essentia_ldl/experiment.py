"""Label variants compared on one collection: cross-validation, and the final head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Task
from essentia_ldl.errors import OptionError
from essentia_ldl.evaluation import (
    CrossValidation,
    Fold,
    corrected_paired_ttest,
    independent_ttest,
    make_folds,
    out_of_fold,
)
from essentia_ldl.features import Features, MFCCExtractor
from essentia_ldl.labels import BASELINE, LabelEnhancer, Preset, describe, preset
from essentia_ldl.labels.fitting import FitRequest, fit_label_distributions
from essentia_ldl.networks.learner import HeadLearner, Learner
from essentia_ldl.networks.losses import find_loss
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.progress import Progress

Distributions = NDArray[np.float64]

_MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Settings:
    """How to compare and train.

    Attributes
    ----------
    variants : tuple of Preset
        Label enhancements to compare; the first is the baseline.
    export : Preset
        The variant whose model is trained on everything.
    losses : mapping of str to str
        Loss by variant's name, or of all under the key ""; the paper's where it says nothing.
    folds, repeats, epochs, seed : int
    mfcc : MFCCExtractor
        How the spaces of MFCC are computed, for variants that look for neighbours there.
    """

    variants: tuple[Preset, ...]
    export: Preset
    losses: Mapping[str, str]
    folds: int
    repeats: int
    epochs: int
    seed: int
    mfcc: MFCCExtractor = field(default_factory=MFCCExtractor)

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        losses: Mapping[str, str],
        *,
        export: str,
        folds: int,
        repeats: int,
        epochs: int,
        seed: int,
    ) -> Settings:
        """Check the names, and add the baseline and the exported variant where they are absent.

        Raises
        ------
        OptionError
            If there is no such preset or loss, a loss is for a variant that is not trained, or
            a number is out of range.
        """
        _check_numbers(folds=(folds, 2), repeats=(repeats, 1), epochs=(epochs, 1), seed=(seed, 0))
        if isinstance(labels, str):
            labels = [labels]
        exported = preset(export)
        variants = tuple(dict.fromkeys([preset(BASELINE), *map(preset, labels), exported]))
        names = [variant.name for variant in variants]
        unknown = set(losses) - {"", *names}
        if unknown:
            raise OptionError(
                f"a loss is given for {', '.join(sorted(unknown))}, which is not trained",
                remedy=f"trained are {', '.join(names)}",
            )
        for loss in losses.values():
            find_loss(loss)
        return cls(variants, exported, dict(losses), folds, repeats, epochs, seed)

    def loss(self, variant: Preset) -> str:
        """Loss that a variant trains with: the one asked for, or the paper's."""
        return self.losses.get(variant.name) or self.losses.get("") or variant.loss

    def uses_mfcc(self, *variants: Preset) -> bool:
        """Whether one of the variants looks for neighbours in a space of MFCC."""
        return any(variant.space in self.mfcc.arrays for variant in variants)


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


def _check_numbers(**given: tuple[int, int]) -> None:
    """Compare each number with the least it may be, and with what a seed may be at most."""
    for name, (value, least) in given.items():
        if not least <= value <= _MAX_SEED:
            raise OptionError(f"must be between {least} and {_MAX_SEED}, not {value}", subject=name)


def split(collection: Collection, settings: Settings) -> tuple[Fold, ...]:
    """Split a collection into the folds of every repeat.

    Raises
    ------
    CollectionError
        If it cannot be split: one class only, or classes with fewer tracks or groups than folds.
    """
    collection.check_trainable()
    return make_folds(
        collection.y,
        collection.groups,
        n_splits=settings.folds,
        n_repeats=settings.repeats,
        seed=settings.seed,
        classes=collection.classes,
    )


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
        in_folds, on_all = self.label_distributions(folds, jobs=jobs, progress=progress)
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

    def label_distributions(
        self, folds: Sequence[Fold], *, jobs: int | None, progress: Progress
    ) -> tuple[dict[str, list[Distributions]], dict[str, Distributions]]:
        """Label distributions of every variant, in each training fold and on all tracks."""
        everything = np.arange(len(self.collection.tracks))
        subsets = [*(fold.train for fold in folds), everything]
        requests = [
            self._fit_request(variant, subset)
            for variant in self.settings.variants
            for subset in subsets
        ]
        fitted = iter(fit_label_distributions(requests, jobs=jobs, progress=progress))
        in_folds, on_all = {}, {}
        for variant in self.settings.variants:
            in_folds[variant.name] = [next(fitted) for _ in folds]
            on_all[variant.name] = next(fitted)
        return in_folds, on_all

    def _fit_request(self, variant: Preset, subset: NDArray[np.intp]) -> FitRequest:
        names = np.array(self.collection.classes)
        return FitRequest(
            variant.name,
            self._enhancer(variant),
            self.features.space(variant.space)[subset] if variant.space else None,
            names[self.collection.y[subset]],
            self.collection.classes,
        )

    def _enhancer(self, variant: Preset) -> LabelEnhancer:
        return variant.build(
            n_neighbors=self.task.n_neighbors,
            n_components=self.task.n_components,
            random_state=self.settings.seed,
        )

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
                    **describe(self._enhancer(variant)),
                },
            }
        return entries
