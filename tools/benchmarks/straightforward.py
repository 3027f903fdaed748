"""The straightforward route from labelled music to evaluated heads.

Every library as its introduction calls it, one thing after another in one process: what this
package replaces. Two processes, in fact, as Essentia and TensorFlow cannot share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.evaluation import Fold
from essentia_ldl.networks.heads import Embeddings, Head
from essentia_ldl.networks.task import TrainingTask
from tools.benchmarks import keras_heads
from tools.benchmarks.clock import Run, Stages
from tools.benchmarks.essentia_peer import decode, musicnn
from tools.benchmarks.metric_learn_peer import fit_metric_learn
from tools.essentia_reference import mfcc_loop

Table = NDArray[np.float64]

# The paper's losses: cross-entropy on labels as they are, else mean absolute error.
LOSSES = {
    "none": "categorical_crossentropy",
    "s_a": "mean_absolute_error",
    "s_b": "mean_absolute_error",
}


@dataclass(frozen=True, eq=False)
class Extracted:
    """Features of all tracks, and what they cost."""

    embeddings: Embeddings
    mfcc_s: Table
    mfcc_p: Table
    stages: Mapping[str, Run]


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be learnt, with the settings of this package's run.

    Attributes
    ----------
    y : np.ndarray [shape=(n_tracks,)], int
    n_classes : int
    folds : sequence of Fold
    n_neighbors : mapping of str to int
        By variant.
    n_components : int
        Dimensions that LMNN maps to.
    epochs, seed : int
    lmnn_seconds : float
        CPU seconds after which a fit of LMNN is cut off.
    """

    y: NDArray[np.intp]
    n_classes: int
    folds: Sequence[Fold]
    n_neighbors: Mapping[str, int]
    n_components: int
    epochs: int
    seed: int
    lmnn_seconds: float


@dataclass(frozen=True)
class Learnt:
    """Balanced accuracy of each variant, pooled over the folds, and what it all cost.

    `n_cut_off` fits of LMNN were not let to their end: they would have cost more.
    """

    accuracy: Mapping[str, float]
    n_cut_off: int
    stages: Mapping[str, Run]


def load_learning() -> None:
    """Import what `learn` needs."""
    import keras  # noqa: F401
    import sklearn.metrics
    import sklearn.neighbors
    import sklearn.preprocessing  # noqa: F401


def extract(paths: Sequence[Path], graph: Path) -> Extracted:
    """Compute embeddings and MFCC with plain Essentia."""
    from essentia_ldl.audio import excerpt
    from essentia_ldl.features.mfcc import mfcc_p, mfcc_s

    stages = Stages()
    features: list[tuple[NDArray[np.float32], Table, Table]] = []
    predictor = musicnn(graph, "model/dense/BiasAdd")
    for path in paths:
        with stages.of("decoding for embeddings"):
            signal = decode(path, 16000, 4)
        with stages.of("MusiCNN"):
            embeddings = predictor(signal)
        with stages.of("decoding for MFCC"):
            signal = decode(path, 44100, 1)
        with stages.of("MFCC"):
            frames = mfcc_loop(excerpt(signal, 44100.0)[0])
            features.append((embeddings, mfcc_s(frames), mfcc_p(frames)))
    all_embeddings, all_mfcc_s, all_mfcc_p = zip(*features, strict=True)
    return Extracted(all_embeddings, np.stack(all_mfcc_s), np.stack(all_mfcc_p), stages.runs)


def learn(features: Extracted, problem: Problem) -> Learnt:
    """Smooth the labels, fit every head, and evaluate; the head to be exported included."""
    from sklearn.metrics import balanced_accuracy_score

    stages = Stages()
    one_hot = np.eye(problem.n_classes)[problem.y]
    predicted = {variant: np.zeros_like(problem.y) for variant in LOSSES}
    n_cut_off = 0
    for fold in problem.folds:
        labels = {"none": one_hot[fold.train]}
        with stages.of("k-NN smoothing"):
            labels["s_a"] = _smooth(features.mfcc_s, fold, one_hot, problem.n_neighbors["s_a"])
        with stages.of("LMNN (metric-learn)"):
            mapped, finished = _lmnn(features.mfcc_p, fold, problem)
            n_cut_off += not finished
        with stages.of("k-NN smoothing"):
            labels["s_b"] = _smooth(mapped, fold, one_hot, problem.n_neighbors["s_b"])
        for variant, loss in LOSSES.items():
            key = (problem.seed, 1, fold.repeat, fold.fold)
            with stages.of("heads (Keras)"):
                task = TrainingTask(fold.train, labels[variant], loss, key)
                head = keras_heads.fit_same_batches(features.embeddings, task, problem.epochs)
            with stages.of("evaluation"):
                predicted[variant][fold.test] = _classes(head, features.embeddings, fold)
    with stages.of("heads (Keras)"):
        everything = TrainingTask(
            np.arange(len(problem.y)), one_hot, LOSSES["none"], (problem.seed, 2, 0, 0)
        )
        keras_heads.fit_same_batches(features.embeddings, everything, problem.epochs)
    accuracy = {
        variant: float(balanced_accuracy_score(problem.y, classes))
        for variant, classes in predicted.items()
    }
    return Learnt(accuracy, n_cut_off, stages.runs)


def _smooth(table: Table, fold: Fold, one_hot: Table, n_neighbors: int) -> Table:
    from sklearn.neighbors import NearestNeighbors

    usable = min(n_neighbors, len(fold.train) - 1)
    near = NearestNeighbors(n_neighbors=usable).fit(table[fold.train])
    # Without points, each training track's neighbours: itself is none of them.
    return np.asarray(one_hot[fold.train][near.kneighbors()[1]].mean(axis=1))


def _lmnn(table: Table, fold: Fold, problem: Problem) -> tuple[Table, bool]:
    from sklearn.preprocessing import StandardScaler

    scaled = StandardScaler().fit(table[fold.train]).transform(table)
    descent = fit_metric_learn(
        scaled[fold.train],
        problem.y[fold.train],
        problem.n_components,
        max_iter=10000,
        seconds=problem.lmnn_seconds,
    )
    return scaled @ descent.components.T, descent.finished


def _classes(head: Head, embeddings: Embeddings, fold: Fold) -> NDArray[np.intp]:
    """Predict the likeliest class of each test track: the mean over its patches decides."""
    from essentia_ldl.networks.heads import predict_patches

    means = [predict_patches(head, embeddings[track]).mean(axis=0) for track in fold.test]
    return np.asarray(np.argmax(means, axis=1))
