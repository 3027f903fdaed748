"""What a collection needs to be trained on."""

from pathlib import Path

import pytest

from essentia_ldl.collection import Collection, Skipped, Track
from essentia_ldl.errors import CollectionError


def collection(**labels: int) -> Collection:
    """Build a collection with so many tracks of each class."""
    pairs = [(label, i) for label, count in labels.items() for i in range(count)]
    return Collection("music", tuple(Track(Path(label, f"{i}.wav"), label) for label, i in pairs))


def grouped(*pairs: tuple[str, str]) -> Collection:
    """Build a collection of labels with groups."""
    return Collection(
        "music", tuple(Track(Path(f"{i}"), label, group) for i, (label, group) in enumerate(pairs))
    )


def test_enough_tracks_are_enough() -> None:
    collection(jazz=5, rock=9).check_trainable(5)
    collection(jazz=1, rock=1).check_trainable(0)


@pytest.mark.parametrize(
    ("music", "folds", "message"),
    [
        (collection(), 5, "music: has no tracks .*one folder per class"),
        (collection(jazz=9), 5, "every track is labelled jazz .*two classes"),
        (collection(jazz=4, pop=3, rock=9), 5, r"\(5\): jazz has 4, pop has 3 .*--folds 3"),
        (collection(jazz=1, rock=9), 2, r"jazz has 1 \(add tracks to them, or remove them\)"),
    ],
)
def test_what_is_too_little_is_named(music: Collection, folds: int, message: str) -> None:
    with pytest.raises(CollectionError, match=message):
        music.check_trainable(folds)


def test_classes_and_collections_emptied_by_skips_are_noticed() -> None:
    music = collection(jazz=5, rock=5)
    skips = [Skipped(str(track.path), "is silent (remove it)") for track in music.tracks]
    with pytest.raises(CollectionError, match="jazz has 0"):
        music.without(skips[:5]).check_trainable(5)
    with pytest.raises(CollectionError, match="has no track left; 10 were skipped"):
        music.without(skips).check_trainable(5)


def test_groups_have_to_suffice_for_the_folds() -> None:
    enough = grouped(("jazz", "A"), ("jazz", "B"), ("rock", "A"), ("rock", "C"))
    enough.check_trainable(2)
    with pytest.raises(CollectionError, match="has 2 groups, too few to keep them apart in 3"):
        grouped(*[("jazz", "A"), ("rock", "B")] * 3).check_trainable(3)
    with pytest.raises(CollectionError, match=r"one group only, .*: rock \(C\) \(add tracks"):
        grouped(("jazz", "A"), ("jazz", "B"), ("rock", "C"), ("rock", "C")).check_trainable(2)
