"""What every collection offers, however it was read."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.collection import Collection, Skipped, Task, Track, load_task
from essentia_ldl.errors import CollectionError


def tracks(*pairs: tuple[str, str] | tuple[str, str, str]) -> tuple[Track, ...]:
    return tuple(Track(Path(pair[0]), pair[1], *pair[2:]) for pair in pairs)


@pytest.fixture
def four() -> Collection:
    pairs = [("a.wav", "Rock"), ("b.wav", "blues"), ("c.wav", "Rock"), ("d.wav", "hip hop")]
    return Collection("four", tracks(*pairs))


def test_classes_are_sorted_and_y_counts_them(four: Collection) -> None:
    assert four.classes == ("Rock", "blues", "hip hop")
    np.testing.assert_array_equal(four.y, [0, 1, 0, 2])
    assert four.y.dtype == np.int64
    assert Collection("none", ()).y.shape == (0,)


def test_a_collection_does_not_change(four: Collection) -> None:
    with pytest.raises(FrozenInstanceError):
        four.name = "other"  # type: ignore[misc]
    assert four == Collection("four", four.tracks)
    assert hash(four) == hash(Collection("four", four.tracks))


def test_a_label_outside_the_classes_is_an_error(four: Collection) -> None:
    with pytest.raises(CollectionError, match="labels or votes of blues, hip hop"):
        Collection("x", four.tracks, classes=("Rock", "jazz"))


def test_groups_are_none_without_any_and_single_for_tracks_without_one() -> None:
    assert Collection("x", tracks(("a", "r"), ("b", "r"))).groups is None
    groups = Collection("x", tracks(("a", "r", "Ann"), ("b", "r"), ("c", "r", "Ann"))).groups
    assert groups is not None
    assert groups.tolist() == ["Ann", "b", "Ann"]


@pytest.fixture
def voted() -> Collection:
    return Collection(
        "voted",
        (
            Track(Path("a.wav"), "Rock", votes=(("rock", 2), ("Rock", 2), ("blues", 3))),
            Track(Path("b.wav"), "blues", votes=(("blues", 1),)),
            Track(Path("c.wav"), "rock"),
        ),
    )


def test_votes_are_shares_of_the_classes_and_nan_without(voted: Collection) -> None:
    assert voted.classes == ("Rock", "blues", "rock")
    given = voted.given_distributions
    assert given is not None
    np.testing.assert_allclose(given[:2], [[2 / 7, 3 / 7, 2 / 7], [0.0, 1.0, 0.0]], rtol=1e-15)
    assert np.isnan(given[2]).all()
    assert voted.without([Skipped("c.wav", "x")]).tracks == voted.tracks[:2]
    assert Collection("x", tracks(("a", "r"), ("b", "r"))).given_distributions is None


def test_with_task_spells_votes_as_it_does_labels(voted: Collection) -> None:
    spelled = voted.with_task(load_task("genre_tzanetakis"))
    assert spelled.classes == ("blu", "roc")
    assert spelled.tracks[0].votes == (("blu", 3.0), ("roc", 4.0))
    assert spelled.tracks[0].label == "roc"
    assert spelled.tracks[2].votes is None


def test_the_class_of_most_votes_stays_it_where_spellings_become_one() -> None:
    votes = (("Hip-Hop", 2), ("hip hop", 2), ("jazz", 3))
    collection = Collection("x", (Track(Path("a"), "jazz", votes=votes),))
    assert collection.with_task(load_task("genre_tzanetakis")).tracks[0].label == "hip"


def test_votes_outside_the_classes_are_an_error() -> None:
    track = Track(Path("a"), "jazz", votes=(("jazz", 1), ("polka", 1)))
    with pytest.raises(CollectionError, match="labels or votes of polka"):
        Collection("x", (track,), classes=("jazz", "rock"))
    with pytest.raises(CollectionError, match="'polka' among the votes on a"):
        Collection("x", (track,)).with_task(load_task("genre_tzanetakis"))


def test_of_copies_the_first_with_votes_stays() -> None:
    votes = (("jazz", 1.0),)
    copies = (Track(Path("a"), "jazz"), Track(Path("b"), "jazz", votes=votes))
    smaller = Collection("x", copies).without_duplicates(["1", "1"])
    assert smaller.tracks == copies[1:]
    assert smaller.skipped[0].reason.startswith("is the same recording as b, which is used")


def test_without_drops_the_tracks_records_why_and_keeps_the_class(four: Collection) -> None:
    silent = Skipped("b.wav", "is silent (remove it)")
    smaller = four.without(iter([silent]))
    assert [track.path.name for track in smaller.tracks] == ["a.wav", "c.wav", "d.wav"]
    assert smaller.skipped == (silent,)
    assert smaller.classes == four.classes, "a class must not vanish unnoticed"
    assert four.skipped == ()
    assert four.without([]) == four


def test_without_duplicates_keeps_the_first_of_alike_and_none_of_contradicting_copies() -> None:
    collection = Collection(
        "x", tracks(("a", "rock"), ("b", "jazz"), ("c", "rock"), ("d", "jazz"), ("e", "rock"))
    )
    smaller = collection.without_duplicates(["1", "2", "1", "3", "3"])
    assert [str(track.path) for track in smaller.tracks] == ["a", "b"]
    remedy = "(keep the label that is right and remove the rest)"
    assert {skip.path: skip.reason for skip in smaller.skipped} == {
        "c": "is the same recording as a, which is used (remove one of them)",
        "d": f"is labelled jazz and rock, also as e {remedy}",
        "e": f"is labelled jazz and rock, also as d {remedy}",
    }
    assert collection.without_duplicates(list("12345")) == collection
    with pytest.raises(ValueError, match="zip"):
        collection.without_duplicates(["1"])


def test_with_task_spells_and_orders_as_the_task_does(four: Collection) -> None:
    spelled = four.with_task(load_task("genre_tzanetakis"))
    assert spelled.classes == ("blu", "hip", "roc")
    assert [track.label for track in spelled.tracks] == ["roc", "blu", "roc", "hip"]
    assert spelled.with_task(load_task("genre_tzanetakis")) == spelled
    assert four.classes == ("Rock", "blues", "hip hop")


def test_with_task_merges_labels_that_differ_in_spelling() -> None:
    collection = Collection("x", tracks(("a", "Hip-Hop"), ("b", "hiphop"), ("c", "R&B")))
    assert collection.with_task(load_task("genre_rosamerica")).classes == ("hip", "rhy")


def test_with_task_keeps_the_tasks_own_order_where_it_is_not_alphabetical() -> None:
    task = Task("speed", ("slow", "fast"), 32, {"s_a": 10, "s_b": 30})
    collection = Collection("x", tracks(("a", "Fast"), ("b", "Slow"))).with_task(task)
    assert collection.classes == ("slow", "fast")
    np.testing.assert_array_equal(collection.y, [1, 0])


def test_with_task_names_every_unknown_label_and_the_nearest_class() -> None:
    collection = Collection("x", tracks(("a", "raggae"), ("b", "rock"), ("c", "Hawaiian")))
    with pytest.raises(CollectionError) as caught:
        collection.with_task(load_task("genre_tzanetakis"))
    assert str(caught.value).startswith(
        "x: has labels that are no classes of genre_tzanetakis: "
        "'Hawaiian' of c, 'raggae' of a (nearest: reg, for reggae) (rename them"
    )


@pytest.mark.shared
def test_gtzan_becomes_the_papers_task(shared: Path) -> None:
    task = load_task("genre_tzanetakis")
    collection = Collection.from_path(shared / "data" / "gtzan").with_task(task)
    assert collection.classes == task.classes
    assert np.bincount(collection.y).tolist() == [6] * 10
    for track in collection.tracks:
        assert track.path.parent.name.startswith(track.label)


def test_of_many_labels_that_are_no_classes_the_first_are_named() -> None:
    tracks = tuple(Track(Path(f"{number}.wav"), f"polka {number:02d}") for number in range(40))
    with pytest.raises(CollectionError, match=r"'polka 09' of 9\.wav and 30 more") as caught:
        Collection("x", tracks).with_task(load_task("genre_tzanetakis"))
    assert "polka 10" not in caught.value.reason
