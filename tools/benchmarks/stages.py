"""What each stage does to a collection of n tracks; called in a side's process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from essentia_ldl.evaluation import CrossValidation, make_folds
from essentia_ldl.features import EmbeddingExtractor, MFCCExtractor
from essentia_ldl.labels import LMNN, KNNSmoothing
from essentia_ldl.zoo import find_backbone
from tools.benchmarks import head_workload
from tools.benchmarks.head_workload import Workload
from tools.benchmarks.lmnn_data import mfcc_like

N_CLASSES, N_COMPONENTS, N_VARIANTS = 10, 64, 3
LMNN_ITERATIONS = 30


@dataclass(frozen=True)
class Stage:
    """A part of the whole job.

    Attributes
    ----------
    load : callable
        Makes the data of n tracks, given a folder of clips; it is not timed.
    run : callable
        Does the work on them.
    """

    load: Callable[[int, Path], Any]
    run: Callable[[Any], object]


def load_stage(name: str, n_tracks: int, folder: Path) -> None:
    """Make the data that `run_stage` will find."""
    _loaded(name, n_tracks, folder)


def run_stage(name: str, n_tracks: int, folder: Path) -> None:
    """Run a stage of `STAGES`."""
    STAGES[name].run(_loaded(name, n_tracks, folder))


@lru_cache(maxsize=1)
def _loaded(name: str, n_tracks: int, folder: Path) -> Any:
    return STAGES[name].load(n_tracks, folder)


def _files(n_tracks: int, folder: Path) -> list[Path]:
    files = sorted(folder.glob("*/*.flac"))
    return [files[number % len(files)] for number in range(n_tracks)]


def _mfcc(files: Sequence[Path]) -> None:
    extractor = MFCCExtractor()
    for path in files:
        extractor.compute(path)


def _embeddings(files: Sequence[Path]) -> None:
    extractor = _embedding_extractor()
    for path in files:
        extractor.compute(path)


@lru_cache(maxsize=1)
def _embedding_extractor() -> EmbeddingExtractor:
    return EmbeddingExtractor.of(find_backbone("msd-musicnn"))


def _mfcc_s(n_tracks: int, folder: Path) -> Any:
    X = np.random.default_rng(0).normal(size=(n_tracks, 26))
    return X, np.arange(n_tracks) % N_CLASSES


def _mfcc_p(n_tracks: int, folder: Path) -> Any:
    return mfcc_like(n_tracks, N_CLASSES, standardised=True)


def _lmnn(solver: str, data: Any) -> None:
    with warnings.catch_warnings():
        # It is not meant to converge.
        warnings.simplefilter("ignore")
        LMNN(N_COMPONENTS, solver=solver, max_iter=LMNN_ITERATIONS, tol=0).fit(*data)


def _heads(n_tracks: int, folder: Path) -> Workload:
    work = Workload(n_tracks, n_repeats=1, epochs=150)
    head_workload.prepare(work)
    return work


def _out_of_fold(n_tracks: int, folder: Path) -> Any:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(N_CLASSES), size=(N_VARIANTS, 1, n_tracks))
    return np.arange(n_tracks) % N_CLASSES, probabilities


def _evaluation(data: Any) -> None:
    y, probabilities = data
    folds = make_folds(y)
    for variant in probabilities:
        CrossValidation.from_probabilities(y, folds, variant)


STAGES: Mapping[str, Stage] = {
    "decoding and MFCC": Stage(_files, _mfcc),
    "embeddings": Stage(_files, _embeddings),
    "k-NN smoothing (s_a)": Stage(_mfcc_s, lambda data: KNNSmoothing(10).fit(*data)),
    "LMNN, lbfgs": Stage(_mfcc_p, partial(_lmnn, "lbfgs")),
    "LMNN, gd": Stage(_mfcc_p, partial(_lmnn, "gd")),
    "heads": Stage(_heads, head_workload.train),
    "evaluation": Stage(_out_of_fold, _evaluation),
}
