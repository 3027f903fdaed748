"""Running cells, each kept as soon as it is done."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.evaluation import balanced_accuracy
from essentia_ldl.experiment import Experiment
from essentia_ldl.features import Features
from essentia_ldl.files import write_json
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.progress import Progress
from essentia_ldl.settings import Settings
from essentia_ldl.versions import versions
from tools.reproduction.grid import LABELS, PAPERS, Cell
from tools.reproduction.materials import Material, Materials, Tracks
from tools.reproduction.sources import Source

FOLDS = 5
REVISION = 1
"""Of what a cell's file means; a cell of another revision is run again."""


@dataclass
class Runner:
    """Runs cells, or takes what an earlier run has kept of them.

    Parameters
    ----------
    out : Path
        Cells are kept in its folder ``cells``.
    materials : Materials
    epochs : int or None
        The paper's by default.
    jobs : int or None
    progress : Progress
    """

    out: Path
    materials: Materials
    epochs: int | None
    jobs: int | None
    progress: Progress

    def results(
        self, cells: Sequence[Cell], sources: Sequence[Source], announce: Callable[[str], None]
    ) -> Iterator[dict[str, Any]]:
        """Yield every cell's result; a cell that cannot be run is said, and costs no other."""
        by_name = {source.name: source for source in sources}
        for number, cell in enumerate(cells, 1):
            announce(f"[{number}/{len(cells)}] {cell.key}")
            try:
                yield self._result(cell, self.materials.of(cell, by_name[cell.source]))
            except EssentiaLDLError as error:
                self.progress.warn(f"{cell.key} is left out: {error}")

    def _result(self, cell: Cell, material: Material) -> dict[str, Any]:
        path = self.out / "cells" / f"{cell.key}.json"
        asked = {
            "revision": REVISION,
            "cell": cell.to_dict(),
            "epochs": self.epochs or material.epochs,
            "folds": FOLDS,
            "tracks": material.tracks.fingerprint,
            "external": material.external.fingerprint if material.external else None,
        }
        kept = _read(path)
        if kept is not None and {key: kept.get(key) for key in asked} == asked:
            return kept
        start = time.monotonic()
        result = asked | self._run(cell, material)
        result |= {"seconds": round(time.monotonic() - start, 3), "versions": versions()}
        write_json(path, result)
        return result

    def _run(self, cell: Cell, material: Material) -> dict[str, Any]:
        settings = Settings.of(
            LABELS,
            {} if cell.loss == PAPERS else {"": cell.loss},
            export=LABELS[0],
            folds=FOLDS,
            repeats=1,
            epochs=self.epochs or material.epochs,
            seed=cell.seed,
        )
        collection, features = material.tracks.collection, material.tracks.features
        experiment = Experiment(collection, features, material.task, settings, material.learner)
        outcome = experiment.run(jobs=self.jobs, progress=self.progress)
        variants = outcome.variants
        n_external = 0
        if material.external:
            n_external = len(material.external.collection.tracks)
            accuracies = self._validate(experiment, outcome.distributions, material.external)
            for name, accuracy in accuracies.items():
                variants[name]["external_accuracy"] = accuracy
        n_tracks = len(collection.tracks)
        return {
            "task": material.task.name,
            "n_tracks": n_tracks,
            "n_external": n_external,
            "n_test": n_tracks / FOLDS,
            "n_train": n_tracks - n_tracks / FOLDS,
            "remark": material.remark,
            "variants": variants,
        }

    def _validate(
        self, experiment: Experiment, distributions: dict[str, Any], external: Tracks
    ) -> dict[str, float]:
        """Train on the whole collection, by each kind of labels, and predict external tracks."""
        settings = experiment.settings
        n_tracks = len(experiment.collection.tracks)
        tasks = [
            TrainingTask(
                np.arange(n_tracks),
                distributions[variant.name],
                settings.loss(variant),
                (settings.seed, 2, 0, 0),
                f"labels {variant.name}, all tracks",
            )
            for variant in settings.variants
        ]
        learned = experiment.learner.learn(
            _together(experiment.features, external.features),
            # Of the last task, a learner gives the model in place of what it predicts.
            [*tasks, tasks[0]],
            epochs=settings.epochs,
            progress=self.progress,
        )
        y = external.collection.y
        return {
            variant.name: balanced_accuracy(y, probabilities[n_tracks:].argmax(axis=1))
            for variant, probabilities in zip(settings.variants, learned.probabilities, strict=True)
        }


def _together(features: Features, external: Features) -> Features:
    """Append tracks that no task learns from."""
    return Features(
        None,
        None,
        embeddings=(*features.embeddings, *external.embeddings),
        mel_bands=(*features.mel_bands, *external.mel_bands),
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content
