"""What every variant trains on: label distributions, fitted within each training fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Task
from essentia_ldl.errors import CollectionError, OptionError
from essentia_ldl.evaluation import Fold
from essentia_ldl.features import Features
from essentia_ldl.labels import BASELINE, LabelEnhancer, Memorisation, Preset
from essentia_ldl.labels.checking import check_memorisation
from essentia_ldl.labels.fitting import FitRequest, fit_label_distributions
from essentia_ldl.labels.votes import vote_shares
from essentia_ldl.progress import Progress
from essentia_ldl.settings import Settings

Distributions = NDArray[np.float64]


@dataclass(frozen=True)
class Targets:
    """The label distributions that a collection's variants train on.

    A track that annotators voted on keeps the shares of its votes as its distribution under
    every preset but none: what people heard goes before what an enhancer makes of one label.

    Attributes
    ----------
    collection : Collection
    features : Features
        With the spaces of the variants.
    task : Task
    settings : Settings
    """

    collection: Collection
    features: Features
    task: Task
    settings: Settings

    def fit(
        self, folds: Sequence[Fold], *, jobs: int | None, progress: Progress
    ) -> tuple[dict[str, list[Distributions]], dict[str, Distributions]]:
        """Label distributions of every variant, in each training fold and on all tracks.

        Raises
        ------
        CollectionError
            If labels cannot be made of a fold's tracks.
        """
        subsets = [*(fold.train for fold in folds), self._everything]
        variants = self.settings.variants
        requests = [self._request(variant, subset) for variant in variants for subset in subsets]
        fitted = iter(fit_label_distributions(requests, jobs=jobs, progress=progress))
        in_folds, on_all = {}, {}
        for variant in variants:
            voted = _voted(self.collection, variant)
            if variant.of_votes and np.isnan(voted).all():
                progress.warn(f"{variant.name} has no votes to go by: its labels are those of none")
            filled = [_filled(next(fitted), voted[subset]) for subset in subsets]
            *in_folds[variant.name], on_all[variant.name] = filled
        return in_folds, on_all

    def check_memorisation(
        self, *, jobs: int | None, progress: Progress
    ) -> dict[str, Memorisation]:
        """Check, on all tracks, every variant that compares tracks; warn of those flagged."""
        variants = [variant for variant in self.settings.variants if variant.space]
        found = check_memorisation(
            [self._request(variant, self._everything) for variant in variants],
            seed=self.settings.seed,
            jobs=jobs,
            progress=progress,
        )
        by_name = {variant.name: entry for variant, entry in zip(variants, found, strict=True)}
        for variant in variants:
            if by_name[variant.name].flagged:
                progress.warn(_told(variant, by_name[variant.name]))
        return by_name

    def enhancer(self, variant: Preset) -> LabelEnhancer:
        """Make a variant's enhancer, with the task's settings."""
        return variant.build(
            n_neighbors=self.task.n_neighbors,
            n_components=self.task.n_components,
            random_state=self.settings.seed,
        )

    def n_voted(self, variant: Preset) -> int:
        """Tracks whose distribution under a variant is that of their votes."""
        return int(np.isfinite(_voted(self.collection, variant)[:, 0]).sum())

    @property
    def _everything(self) -> NDArray[np.intp]:
        return np.arange(len(self.collection.tracks))

    def _request(self, variant: Preset, subset: NDArray[np.intp]) -> FitRequest:
        names = np.array(self.collection.classes)
        groups = self.collection.groups
        return FitRequest(
            variant.name,
            self.enhancer(variant),
            self.features.space(variant.space)[subset] if variant.space else None,
            names[self.collection.y[subset]],
            self.collection.classes,
            None if groups is None else groups[subset],
        )


def check_variants(
    collection: Collection, variants: Sequence[Preset], folds: Sequence[Fold]
) -> None:
    """Find out before features are extracted whether labels can be made in every fold.

    Raises
    ------
    OptionError
        If k is not below the tracks of a training fold.
    CollectionError
        If a training fold cannot be split by groups once more, as a variant needs it.
    """
    n_train = min(len(fold.train) for fold in folds)
    groups = collection.groups
    n_groups = (
        n_train if groups is None else min(len(np.unique(groups[fold.train])) for fold in folds)
    )
    for variant in variants:
        k = variant.chosen.get("k")
        if isinstance(k, int) and k >= n_train:
            raise OptionError(
                f"k is {k}, and a training fold has {n_train} tracks",
                subject=variant.name,
                remedy=f"choose k below {n_train}, and better below the size of the classes",
            )
        if variant.splits and n_groups < 2:
            raise CollectionError(
                f"has a training fold of one group, and {variant.name} splits it by group",
                subject=collection.name,
                remedy="add tracks of other groups, remove the group column, or leave these "
                "--labels out",
            )


def _voted(collection: Collection, variant: Preset) -> Distributions:
    """Distributions of the tracks that were voted on, NaN elsewhere."""
    shares = collection.given_distributions
    if shares is None or variant.name == BASELINE:
        return np.full((len(collection.tracks), len(collection.classes)), np.nan)
    totals = [[sum(number for _, number in track.votes or ())] for track in collection.tracks]
    return vote_shares(shares * totals, variant.vote_alpha)


def _filled(distributions: Distributions, voted: Distributions) -> Distributions:
    return np.where(np.isnan(voted), distributions, voted)


def _told(variant: Preset, found: Memorisation) -> str:
    blended = "what it blends with the labels" if variant.values.get("blend") else "it"
    return (
        f"{variant.name} learns labels by heart: where labels are dealt out at random, {blended} "
        f"still gives {found.permuted:.2f} to a track's own ({found.by_chance:.2f} would be "
        f"chance), so wrong labels are confirmed like right ones{_remedy(variant)}"
    )


def _remedy(variant: Preset) -> str:
    if variant.values.get("include_self"):
        return " (leave include_self out)"
    offered = []
    if variant.values.get("cross_fit") == 0:
        offered.append(f"use {variant.choose('cross_fit=5').name}")
    if variant.values.get("blend") == 0:
        offered.append(f"bound what it does by {variant.choose('blend=0.5').name}")
    return f" ({', or '.join(offered)})" if offered else ""
