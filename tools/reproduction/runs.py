"""Running cells, each kept as soon as it is done."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from essentia_ldl.collection import Collection, Task
from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.experiment import Experiment, Settings
from essentia_ldl.features import Features, MFCCExtractor, extract_features
from essentia_ldl.files import write_json
from essentia_ldl.progress import Progress
from essentia_ldl.versions import versions
from essentia_ldl.zoo import find_backbone
from tools.reproduction.grid import LABELS, PAPERS, Cell
from tools.reproduction.sources import Source, read_audio, read_features, skipped_lines

FOLDS = 5
REVISION = 1
"""Of what a cell's file means; a cell of another revision is run again."""


@dataclass(frozen=True)
class Options:
    """What all cells share.

    Attributes
    ----------
    out : Path
        Cells are kept in its folder ``cells``.
    epochs : int or None
        The paper's by default: 150, and 600 from scratch.
    cache_dir, models_dir : Path, optional
    jobs : int, optional
    """

    out: Path
    epochs: int | None = None
    cache_dir: Path | None = None
    models_dir: Path | None = None
    jobs: int | None = None


@dataclass(frozen=True)
class Material:
    """A source's task, its tracks and their features."""

    task: Task
    collection: Collection
    features: Features
    remark: str

    @property
    def fingerprint(self) -> str:
        """Changes with any label or feature."""
        digest = hashlib.sha256()
        for text in (*self.collection.classes, *(t.label for t in self.collection.tracks)):
            digest.update(f"{text}\n".encode())
        for array in (
            self.features.space("mfcc_s"),
            self.features.space("mfcc_p"),
            *self.features.embeddings,
        ):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


@dataclass
class Runner:
    """Runs cells, or takes what an earlier run has kept of them."""

    options: Options
    progress: Progress
    materials: dict[str, Material] = field(default_factory=dict)

    def results(
        self, cells: Sequence[Cell], sources: Sequence[Source], announce: Callable[[str], None]
    ) -> Iterator[dict[str, Any]]:
        """Yield every cell's result; a cell that cannot be run is said, and costs no other."""
        by_name = {source.name: source for source in sources}
        for number, cell in enumerate(cells, 1):
            announce(f"[{number}/{len(cells)}] {cell.key}")
            try:
                yield self._result(cell, by_name[cell.source])
            except EssentiaLDLError as error:
                self.progress.warn(f"{cell.key} is left out: {error}")

    def material(self, source: Source) -> Material:
        """Load a source's features, or extract them from its audio."""
        if source.name not in self.materials:
            self.materials[source.name] = self._load(source)
        return self.materials[source.name]

    def _load(self, source: Source) -> Material:
        if not source.has_audio:
            read = read_features(source)
            # LMNN maps to as many dimensions as there are features, at most.
            most = min(source.task.n_components, read.features.space("mfcc_p").shape[1])
            task = replace(source.task, n_components=most)
            return Material(task, _without_groups(read.collection), read.features, read.remark)
        collection, features = extract_features(
            read_audio(source),
            backbone=find_backbone("msd-musicnn", self.options.models_dir),
            mfcc=MFCCExtractor(),
            cache_dir=self.options.cache_dir,
            jobs=self.options.jobs,
            progress=self.progress,
        )
        for line in skipped_lines(collection.skipped):
            self.progress.warn(line)
        skipped = len(collection.skipped)
        remark = f"{skipped} files skipped" if skipped else ""
        return Material(source.task, _without_groups(collection), features, remark)

    def _result(self, cell: Cell, source: Source) -> dict[str, Any]:
        material = self.material(source)
        path = self.options.out / "cells" / f"{cell.key}.json"
        asked = {
            "revision": REVISION,
            "cell": cell.to_dict(),
            "epochs": self._epochs(cell),
            "folds": FOLDS,
            "fingerprint": material.fingerprint,
        }
        kept = _read(path)
        if kept is not None and {key: kept.get(key) for key in asked} == asked:
            return kept
        start = time.monotonic()
        result = asked | self._run(cell, material)
        result |= {"seconds": round(time.monotonic() - start, 3), "versions": versions()}
        write_json(path, result)
        return result

    def _epochs(self, cell: Cell) -> int:
        return self.options.epochs or (600 if cell.mode == "scratch" else 150)

    def _run(self, cell: Cell, material: Material) -> dict[str, Any]:
        settings = Settings.of(
            LABELS,
            {} if cell.loss == PAPERS else {"": cell.loss},
            export=LABELS[0],
            folds=FOLDS,
            repeats=1,
            epochs=self._epochs(cell),
            seed=cell.seed,
        )
        experiment = Experiment(material.collection, material.features, material.task, settings)
        outcome = experiment.run(jobs=self.options.jobs, progress=self.progress)
        n_tracks = len(material.collection.tracks)
        return {
            "task": material.task.name,
            "n_tracks": n_tracks,
            "n_test": n_tracks / FOLDS,
            "n_train": n_tracks - n_tracks / FOLDS,
            "remark": material.remark,
            "variants": outcome.variants,
        }


def _without_groups(collection: Collection) -> Collection:
    """The paper's folds do not keep artists apart."""
    tracks = tuple(replace(track, group=None) for track in collection.tracks)
    return replace(collection, tracks=tracks)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content
