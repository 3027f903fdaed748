"""What a collection needs to be trained on."""

from pathlib import Path

import pytest

from essentia_ldl.collection import Collection, Skipped, Track
from essentia_ldl.errors import CollectionError


def collection(**labels: int) -> Collection:
    """Build a collection with so many tracks of each class."""
    pairs = [(label, i) for label, count in labels.items() for i in range(count)]
    return Collection("music", tuple(Track(Path(label, f"{i}.wav"), label) for label, i in pairs))


def test_two_classes_are_enough() -> None:
    collection(jazz=1, rock=1).check_trainable()


@pytest.mark.parametrize(
    ("music", "message"),
    [
        (collection(), "music: has no tracks .*one folder per class"),
        (collection(jazz=9), "every track is labelled jazz .*two classes"),
    ],
)
def test_what_is_too_little_is_named(music: Collection, message: str) -> None:
    with pytest.raises(CollectionError, match=message):
        music.check_trainable()


def test_collections_emptied_by_skips_are_noticed() -> None:
    music = collection(jazz=5, rock=5)
    skips = [Skipped(str(track.path), "is silent (remove it)") for track in music.tracks]
    with pytest.raises(CollectionError, match="has no track left; 10 were skipped"):
        music.without(skips).check_trainable()


def test_votes_for_a_class_that_no_track_is_of_are_named_with_the_nearest() -> None:
    voted = Track(Path("a.wav"), "jazz", votes=(("jazz", 2), ("rok", 1)))
    music = Collection("music", (voted, Track(Path("b.wav"), "rock")))
    with pytest.raises(CollectionError, match=r"votes for rok, .* nearest is rock.*a\.wav"):
        music.check_trainable()
