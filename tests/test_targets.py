"""What variants train on: groups, votes, and what can be found out beforehand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.collection import Collection, Task, Track
from essentia_ldl.errors import CollectionError, OptionError
from essentia_ldl.evaluation import make_folds
from essentia_ldl.experiment import split
from essentia_ldl.features import Features
from essentia_ldl.progress import Silent
from essentia_ldl.settings import Settings
from essentia_ldl.targets import Targets

CLASSES = ("jazz", "pop")


def _settings(labels: str, **changes: Any) -> Settings:
    given: dict[str, Any] = {"folds": 2, "repeats": 1, "epochs": 1, "seed": 0, **changes}
    return Settings.of(labels, {}, export="none", **given)


def _targets(tracks: list[Track], labels: str, embeddings: Any = None) -> Targets:
    rng = np.random.default_rng(0)
    if embeddings is None:
        embeddings = rng.normal(size=(len(tracks), 3))
    collection = Collection("made", tuple(tracks), classes=CLASSES)
    patches = tuple(np.tile(row, (2, 1)).astype(np.float32) for row in embeddings)
    task = Task.for_collection("made", CLASSES)
    return Targets(collection, Features(None, None, patches), task, _settings(labels))


def _tracks(n: int, **fields: Any) -> list[Track]:
    return [
        Track(Path(f"{i}.wav"), CLASSES[i % 2], **{key: f(i) for key, f in fields.items()})
        for i in range(n)
    ]


@pytest.mark.parametrize("labels", ["teacher", "knn:k=2,cross_fit=5"])
def test_groups_reach_the_enhancers(labels: str) -> None:
    # A group's tracks are one point: with any of them, its label is known.
    rng = np.random.default_rng(0)
    points = rng.normal(size=(20, 30))[np.arange(60) // 3]
    label_of = rng.permutation(np.arange(20) % 2)

    def made(*, grouped: bool) -> Targets:
        tracks = [
            Track(Path(f"{i}.wav"), CLASSES[label_of[i // 3]], f"{i // 3}" if grouped else None)
            for i in range(60)
        ]
        return _targets(tracks, labels, points)

    own = {}
    for grouped in (True, False):
        targets = made(grouped=grouped)
        _, on_all = targets.fit([], jobs=1, progress=Silent())
        distributions = list(on_all.values())[1]
        own[grouped] = distributions[np.arange(60), targets.collection.y].mean()
    assert own[False] > own[True] + 0.1


def _voted(i: int) -> Any:
    return (("jazz", 3.0), ("pop", 1.0)) if i == 0 else None


def test_tracks_with_votes_keep_them_under_every_preset_but_none() -> None:
    targets = _targets(_tracks(24, votes=_voted), "none,robust,knn:k=3,uniform,votes,votes:alpha=1")
    folds = make_folds(targets.collection.y, n_splits=2)
    in_folds, on_all = targets.fit(folds, jobs=1, progress=Silent())
    changed = {"none": [1.0, 0.0], "votes:alpha=1": [4 / 6, 2 / 6]}
    for name, distributions in on_all.items():
        expected = changed.get(name, [0.75, 0.25])
        np.testing.assert_allclose(distributions[0], expected)
        variant = next(entry for entry in targets.settings.variants if entry.name == name)
        assert targets.n_voted(variant) == (name != "none")
        for fold, fitted in zip(folds, in_folds[name], strict=True):
            if 0 in fold.train:
                np.testing.assert_allclose(fitted[list(fold.train).index(0)], expected)
    for name in ("votes", "votes:alpha=1"):  # the others have no votes, and keep their labels
        np.testing.assert_array_equal(on_all[name][1:], on_all["none"][1:])


def test_votes_without_any_are_told() -> None:
    progress = Silent()
    _targets(_tracks(8), "none,votes").fit([], jobs=1, progress=progress)
    assert progress.warnings == ["votes has no votes to go by: its labels are those of none"]


def test_labels_by_heart_are_told_with_a_remedy() -> None:
    # Each track is its own only neighbour.
    targets = _targets(_tracks(60), "knn:k=1,include_self=yes,robust,uniform")
    progress = Silent()
    found = targets.check_memorisation(jobs=1, progress=progress)
    assert {name: entry.flagged for name, entry in found.items()} == {
        "knn:k=1,include_self=yes": True,
        "robust": False,
    }
    (warning,) = progress.warnings
    assert warning.startswith("knn:k=1,include_self=yes learns labels by heart: ")
    assert warning.endswith("(leave include_self out)")


def test_k_beyond_a_training_fold_is_refused_before_anything_is_extracted() -> None:
    collection = Collection("made", tuple(_tracks(20)))
    with pytest.raises(OptionError, match=r"knn:k=11: k is 11, .* fold has 10 tracks") as caught:
        split(collection, _settings("knn:space=embedding,k=11"))
    assert "choose k below 10" in caught.value.remedy
    split(collection, _settings("knn:k=9,knn,s_a,s_b"))  # defaults are clipped, and told


def test_k_above_a_class_is_told_and_names_the_class() -> None:
    progress = Silent()
    _targets(_tracks(20), "knn:k=12").fit([], jobs=1, progress=progress)
    assert (
        "knn:k=12: n_neighbors=12 is more than the 9 neighbours that a sample of class 'jazz'"
        in (progress.warnings[0])
    )


def test_one_artist_cannot_be_split() -> None:
    collection = Collection("made", tuple(_tracks(20, group=lambda i: "Nina")))
    with pytest.raises(CollectionError, match="fewer groups than the 2 folds"):
        split(collection, _settings("robust"))


def test_groups_so_few_that_a_training_fold_has_one() -> None:
    collection = Collection("made", tuple(_tracks(40, group=lambda i: f"artist {i // 2 % 2}")))
    split(collection, _settings("none,knn"))
    with pytest.raises(CollectionError, match="fold of one group, and teacher") as caught:
        split(collection, _settings("none,teacher"))
    assert "add tracks of other groups" in caught.value.remedy


def test_what_cannot_be_split_again_is_an_error_with_a_remedy() -> None:
    tracks = _tracks(4)
    folds = make_folds(np.arange(4) % 2, n_splits=2)
    targets = _targets(tracks, "none,teacher")
    with pytest.raises(
        CollectionError, match="teacher: labels cannot be made of 2 tracks: no class"
    ):
        targets.fit(folds, jobs=1, progress=Silent())
