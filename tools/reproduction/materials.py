"""What cells are run on: tracks, their features, and external ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from essentia_ldl.approaches.choice import choose_approach
from essentia_ldl.collection import Collection, Task
from essentia_ldl.collection.annotations import Annotations
from essentia_ldl.features import Features, MFCCExtractor
from essentia_ldl.networks.learner import HeadLearner, Learner
from essentia_ldl.progress import Progress
from tools.reproduction.external import external_collection
from tools.reproduction.grid import HEAD, MODES, Cell
from tools.reproduction.sources import Source, read_audio, read_features, skipped_lines

_BACKBONE = "msd-musicnn"
_EPOCHS = 150  # the paper's, for transfer learning


@dataclass(frozen=True)
class Tracks:
    """Labelled tracks with their features."""

    collection: Collection
    features: Features

    @property
    def fingerprint(self) -> str:
        """Changes with any label or feature."""
        digest = hashlib.sha256()
        for text in (*self.collection.classes, *(t.label for t in self.collection.tracks)):
            digest.update(f"{text}\n".encode())
        tables = (self.features.mfcc_s, self.features.mfcc_p)
        for array in (
            *(table for table in tables if table is not None),
            *self.features.embeddings,
            *self.features.mel_bands,
        ):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True)
class Material:
    """What a cell is run on, and what it trains with.

    Attributes
    ----------
    task : Task
    tracks : Tracks
    external : Tracks or None
        Tracks to validate on that no model was trained on.
    learner : Learner
    epochs : int
        The paper's.
    remark : str
        What a reader of the table must know; may be empty.
    """

    task: Task
    tracks: Tracks
    external: Tracks | None
    learner: Learner
    epochs: int
    remark: str


@dataclass
class Materials:
    """Loads what cells need, once.

    Parameters
    ----------
    annotations : Annotations or None
        Of the external tracks.
    cache_dir, models_dir : Path or None
    jobs : int or None
    progress : Progress
    """

    annotations: Annotations | None
    cache_dir: Path | None
    models_dir: Path | None
    jobs: int | None
    progress: Progress
    _loaded: dict[tuple[str, str, str], Material] = field(default_factory=dict)

    def of(self, cell: Cell, source: Source) -> Material:
        """Load or extract what a cell needs.

        Raises
        ------
        EssentiaLDLError
            If the collection cannot be used, or a backbone or weights cannot be had.
        """
        key = cell.source, cell.architecture, cell.mode
        if key not in self._loaded:
            self._loaded.clear()  # One at a time: mel bands of a collection fill memory.
            load = self._extract if source.has_audio else self._read
            self._loaded[key] = load(cell, source)
        return self._loaded[key]

    def of_labels(self, source: Source) -> Material:
        """Load what label distributions need: that of any cell of heads."""
        return self.of(Cell(source.name, HEAD, MODES[0], "", 0), source)

    def _read(self, cell: Cell, source: Source) -> Material:
        read = read_features(source)
        # LMNN maps to as many dimensions as there are features, at most.
        most = min(source.task.n_components, read.features.space("mfcc_p").shape[1])
        return Material(
            replace(source.task, n_components=most),
            Tracks(_without_groups(read.collection), read.features),
            None,
            HeadLearner(),
            _EPOCHS,
            read.remark,
        )

    def _extract(self, cell: Cell, source: Source) -> Material:
        approach = choose_approach(
            network=None if cell.architecture == HEAD else cell.architecture,
            mode=cell.mode,
            backbone=_BACKBONE,
            engine=None,
            cache_dir=self.cache_dir,
            models_dir=self.models_dir,
            progress=self.progress,
        )

        def extract(collection: Collection, mfcc: MFCCExtractor | None) -> Tracks:
            found, features = approach.extract(
                collection, mfcc, jobs=self.jobs, progress=self.progress
            )
            for line in skipped_lines(found.skipped):
                self.progress.warn(line)
            return Tracks(_without_groups(found), features)

        tracks = extract(read_audio(source), MFCCExtractor())
        annotated = self.annotations and external_collection(self.annotations, source.task)
        skipped = len(tracks.collection.skipped)
        return Material(
            source.task,
            tracks,
            extract(annotated, None) if annotated else None,
            approach.learner,
            approach.default_epochs,
            f"{skipped} files skipped" if skipped else "",
        )


def _without_groups(collection: Collection) -> Collection:
    """The paper's folds do not keep artists apart."""
    tracks = tuple(replace(track, group=None) for track in collection.tracks)
    return replace(collection, tracks=tracks)
