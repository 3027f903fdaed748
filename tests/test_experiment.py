from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.collection import Collection, Task, Track
from essentia_ldl.evaluation import make_folds
from essentia_ldl.experiment import Experiment
from essentia_ldl.features import Features
from essentia_ldl.progress import Silent
from essentia_ldl.settings import Settings

VARIANTS = ("none", "s_a", "s_b")


def _experiment(y: NDArray[np.int64]) -> Experiment:
    rng = np.random.default_rng(0)
    classes = ("jazz", "pop")
    collection = Collection(
        "made", tuple(Track(Path(f"{i}.wav"), classes[label]) for i, label in enumerate(y))
    )
    features = Features(
        mfcc_s=rng.normal(size=(len(y), 26)),
        mfcc_p=rng.normal(size=(len(y), 195)),
        embeddings=tuple(rng.normal(size=(2, 200)).astype(np.float32) for _ in y),
    )
    return Experiment(
        collection,
        features,
        Task.for_collection("made", classes),
        Settings.of(VARIANTS, {}, export="none", folds=3, repeats=1, epochs=1, seed=0),
    )


def test_labels_of_test_tracks_do_not_reach_training() -> None:
    y = np.arange(24) % 2
    splits = make_folds(y, n_splits=3)
    flipped = y.copy()
    flipped[splits[0].test] = 1 - flipped[splits[0].test]
    tasks = []
    for labels in (y, flipped):
        experiment = _experiment(labels)
        in_folds, on_all = experiment.targets.fit(splits, jobs=2, progress=Silent())
        tasks.append(experiment.training_tasks(splits, in_folds, on_all))
    first_folds = range(0, 3 * len(VARIANTS), 3)
    for i, (given, changed) in enumerate(zip(*tasks, strict=True)):
        if i in first_folds:
            np.testing.assert_array_equal(given.targets, changed.targets)
            assert not set(given.train) & set(splits[0].test)
        else:
            assert not np.array_equal(given.targets, changed.targets)


def test_features_of_test_tracks_do_not_reach_training() -> None:
    y = np.arange(24) % 2
    splits = make_folds(y, n_splits=3)
    given = _experiment(y)
    scale, shift = np.ones((24, 1)), np.zeros((24, 1))
    scale[splits[0].test], shift[splits[0].test] = 1e3, 1e4
    moved = replace(
        given.features,
        mfcc_s=scale * given.features.space("mfcc_s") + shift,
        mfcc_p=scale * given.features.space("mfcc_p") + shift,
    )
    changed = replace(given, features=moved)
    before, after = (
        experiment.targets.fit(splits[:1], jobs=2, progress=Silent())[0]
        for experiment in (given, changed)
    )
    for variant in VARIANTS:
        np.testing.assert_array_equal(before[variant][0], after[variant][0])


def test_variants_of_a_fold_share_their_random_numbers() -> None:
    y = np.arange(24) % 2
    experiment = _experiment(y)
    splits = make_folds(y, n_splits=3)
    in_folds, on_all = experiment.targets.fit(splits, jobs=2, progress=Silent())
    *folds, final = (task.key for task in experiment.training_tasks(splits, in_folds, on_all))
    assert folds[:3] == folds[3:6] == folds[6:]
    assert len({*folds, final}) == 4


def test_final_head_learns_the_distributions_that_are_reported() -> None:
    y = np.arange(24) % 2
    experiment = _experiment(y)
    settings = Settings.of(VARIANTS, {}, export="s_a", folds=3, repeats=1, epochs=1, seed=0)
    experiment = replace(experiment, settings=settings)
    splits = make_folds(y, n_splits=3)
    in_folds, on_all = experiment.targets.fit(splits, jobs=2, progress=Silent())
    *_, final = experiment.training_tasks(splits, in_folds, on_all)
    np.testing.assert_array_equal(final.train, np.arange(24))
    np.testing.assert_array_equal(final.targets, on_all["s_a"])


def test_outcome_keeps_the_probabilities_behind_its_figures() -> None:
    y = np.arange(24) % 2
    settings = Settings.of(VARIANTS[:2], {}, export="none", folds=3, repeats=2, epochs=1, seed=0)
    experiment = replace(_experiment(y), settings=settings)
    outcome = experiment.run(jobs=2, progress=Silent())
    assert outcome.probabilities.shape == (2, 2, 24, 2)
    np.testing.assert_allclose(outcome.probabilities.sum(axis=-1), 1, rtol=1e-6)
    for entry, probabilities in zip(outcome.variants.values(), outcome.probabilities, strict=True):
        hits = probabilities.argmax(axis=-1) == y
        assert np.trace(entry["confusion"]) == hits.sum()
        given = probabilities[:, np.arange(24), y]
        assert entry["log_loss"] == pytest.approx(-np.log(given).mean(), rel=1e-5)
