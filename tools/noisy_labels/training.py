"""Units run: labels made wrong, enhanced, learned from, and the heads judged by right labels."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.evaluation import Fold, balanced_accuracy
from essentia_ldl.labels import LabelWarning, align
from essentia_ldl.labels.metrics import brier, ece, nll
from tools.noisy_labels.groupings import TASKS, classes_of
from tools.noisy_labels.material import FOLDINGS, likeness_of, material_at
from tools.noisy_labels.noise import Noise, flipped
from tools.noisy_labels.units import EPOCHS, Unit

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """Units whose heads are trained together; all of as many classes.

    Attributes
    ----------
    data : Path
        The file of features.
    units : tuple of Unit
    """

    data: Path
    units: tuple[Unit, ...]


@dataclass(frozen=True, eq=False)
class _Lesson:
    """One head's fold and label distributions."""

    noise: Noise
    fold: Fold
    targets: Values
    key: tuple[int, ...]


def run_batch(batch: Batch) -> list[dict[str, Any]]:
    """Run units and return the results of each, ready to be kept; in their order.

    An enhancer that fails costs its own unit alone, whose result then is ``{"failure": why}``.
    """
    lessons: list[list[_Lesson]] = []
    found: list[dict[str, Any]] = []
    for unit in batch.units:
        start = time.process_time()
        try:
            lessons.append(_lessons(unit, batch.data))
            found.append({"enhancing_seconds": round(time.process_time() - start, 3)})
        except Exception as error:  # noqa: BLE001 - a peer may raise anything
            lessons.append([])
            found.append({"failure": f"{type(error).__name__}: {error}"})
    probabilities = iter(_train(batch, lessons))
    for unit, of_unit, content in zip(batch.units, lessons, found, strict=True):
        material = material_at(batch.data)
        y = classes_of(unit.task, material.genres)
        if of_unit:
            content["noises"] = _judged(y, [(one, next(probabilities)) for one in of_unit])
    return found


def _lessons(unit: Unit, data: Path) -> list[_Lesson]:
    material, likeness = material_at(data), likeness_of(data, unit.task)
    y = classes_of(unit.task, material.genres)
    place = TASKS.index(unit.task), FOLDINGS.index(unit.folding), unit.repeat
    return [
        _Lesson(noise, fold, _targets(unit, fold, y, labels, data), (*place, fold.fold))
        for noise in unit.method.noises
        for fold in material.folds(unit.task, unit.folding, unit.repeat)
        # One state for all noises and methods: what differs between them is what is asked about.
        for rng in [np.random.default_rng((*place, fold.fold))]
        for labels in [flipped(y[fold.train], noise, likeness.of(fold.train), rng)]
    ]


def _targets(
    unit: Unit, fold: Fold, y: NDArray[np.int64], labels: NDArray[np.int64], data: Path
) -> Values:
    material, bound = material_at(data), unit.method.bound
    space, groups = material.space(unit.method.space), material.groups(unit.folding)
    enhancer = unit.method.build(unit.task, 10 * unit.repeat + fold.fold)
    with warnings.catch_warnings():
        # Of k beyond the size of a class: the same in every fold, and known.
        warnings.simplefilter("ignore", LabelWarning)
        fitted = enhancer.fit(
            None if space is None else space[fold.train],
            labels,
            None if groups is None else groups[fold.train],
        )
    one_hot = np.eye(len(np.unique(y)))
    targets = align(fitted.label_distributions_, fitted.classes_, range(len(one_hot)))
    return bound(targets, one_hot[labels], one_hot[y[fold.train]]) if bound else targets


def _train(batch: Batch, lessons: Sequence[Sequence[_Lesson]]) -> list[Values]:
    """Train a head for every lesson and let it predict its fold's test tracks."""
    from essentia_ldl.networks.heads import predict_tracks, train_heads
    from essentia_ldl.networks.task import TrainingTask

    patches = material_at(batch.data).patches
    tasks = [
        TrainingTask(one.fold.train.astype(np.int64), one.targets, unit.method.loss, one.key)
        for unit, of_unit in zip(batch.units, lessons, strict=True)
        for one in of_unit
    ]
    heads = train_heads(tuple(patches), tasks, epochs=EPOCHS)
    folds = [one.fold for of_unit in lessons for one in of_unit]
    return [
        predict_tracks([head], tuple(patches[fold.test]))[0]
        for head, fold in zip(heads, folds, strict=True)
    ]


def _judged(y: NDArray[np.int64], lessons: Sequence[tuple[_Lesson, Values]]) -> list[Any]:
    """Judge every noise's folds, apart and together."""
    by_noise: dict[Noise, list[tuple[Fold, Values]]] = {}
    for lesson, probabilities in lessons:
        by_noise.setdefault(lesson.noise, []).append((lesson.fold, probabilities))
    return [
        {
            **asdict(noise),
            "folds": [
                {"n_train": len(fold.train), "n_test": len(fold.test), **_scores(y[fold.test], p)}
                for fold, p in folds
            ],
            "pooled": _scores(
                np.concatenate([y[fold.test] for fold, _ in folds]),
                np.concatenate([probabilities for _, probabilities in folds]),
            ),
        }
        for noise, folds in by_noise.items()
    ]


def _scores(y: NDArray[np.int64], probabilities: Values) -> dict[str, float]:
    truth = np.eye(probabilities.shape[1])[y]
    return {
        "accuracy": balanced_accuracy(y, probabilities.argmax(axis=1)),
        "nll": float(nll(truth, probabilities).mean()),
        "ece": ece(truth, probabilities),
        "brier": float(brier(truth, probabilities).mean()),
    }
