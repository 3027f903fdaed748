"""Tables with a line for each annotator and track."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection import Collection
from essentia_ldl.collection.annotators import Opinion, poll
from essentia_ldl.collection.entries import Entry
from essentia_ldl.collection.votes import Votes, count
from essentia_ldl.errors import CollectionError

Touch = Callable[..., Path]


def read(folder: Path, text: str) -> Collection:
    table = folder / "list.csv"
    table.write_text(text)
    return Collection.from_path(table)


def rows(collection: Collection) -> list[tuple[str, str, Votes | None]]:
    return [(track.path.name, track.label, track.votes) for track in collection.tracks]


def test_repeated_lines_are_votes_only_where_annotators_are_named(touch: Touch) -> None:
    folder = touch("a.wav", "b.wav")
    text = "path,label{}\na.wav,rock{}\na.wav,jazz{}\nb.wav,jazz{}\n"
    plain = read(folder, text.format("", "", "", ""))
    assert rows(plain) == [("b.wav", "jazz", None)]
    unnamed = read(folder, text.format(",annotator", ",", ",", ","))
    assert (rows(unnamed), unnamed.skipped) == (rows(plain), plain.skipped)
    named = read(folder, text.format(",annotator", ",Ann", ",Bob", ","))
    assert rows(named)[0] == ("a.wav", "jazz", (("jazz", 1.0), ("rock", 1.0)))


def test_a_line_without_annotator_labels_what_others_vote_on(touch: Touch) -> None:
    text = (
        "path,label,annotator,group\n"
        "a.wav,rock,,\na.wav,rock,Ann,G\na.wav,jazz,Bob,\na.wav,jazz,Zoe,\na.wav,,Eve,\n"
        "b.wav,jazz,Zoe,\nb.wav,jazz,Ann,H\n"
    )
    collection = read(touch("a.wav", "b.wav"), text)
    assert rows(collection) == [
        ("a.wav", "rock", (("jazz", 2.0), ("rock", 1.0))),
        ("b.wav", "jazz", (("jazz", 2.0),)),
    ]
    assert [track.group for track in collection.tracks] == [None, "H"]
    assert ["has no label" in skip.reason for skip in collection.skipped] == [True]


def test_what_one_annotator_alone_says_is_an_ordinary_label(touch: Touch) -> None:
    text = "path,label,annotator\na.wav,rock,Ann\nb.wav,rock,\nb.wav,jazz,Ann\nc.wav,jazz,Zoe\n"
    collection = read(touch("a.wav", "b.wav", "c.wav"), text)
    assert rows(collection) == [("a.wav", "rock", None), ("c.wav", "jazz", None)]
    assert "is labelled jazz and rock" in collection.skipped[0].reason


LINES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["jazz", "rock", "pop"]),
        st.sampled_from(["Ann", "Bob", "Eve", "Zoe"]),
        st.booleans(),
    ),
    unique_by=lambda line: (line[0], line[2]),
    max_size=8,
)


@given(LINES, st.randoms(use_true_random=False))
def test_every_line_is_a_vote_in_any_order(lines, random) -> None:  # type: ignore[no-untyped-def]
    def polled() -> set[Entry]:
        opinions = [
            Opinion(Entry(Path("/", path), label, "G" if grouped else None), who, number)
            for number, (path, label, who, grouped) in enumerate(lines)
        ]
        return set(poll(opinions, Path("list.csv")))

    entries = polled()
    assert sorted(entry.path.name for entry in entries) == sorted({line[0] for line in lines})
    for entry in entries:
        labels = [label for path, label, _, _ in lines if path == entry.path.name]
        assert entry.votes == (count((label, 1) for label in labels) if len(labels) > 1 else None)
        assert labels.count(entry.label) == max(map(labels.count, labels))
        grouped = any(grouped for path, _, _, grouped in lines if path == entry.path.name)
        assert entry.group == ("G" if grouped else None)
    random.shuffle(lines)
    assert polled() == entries


def test_an_annotator_has_one_vote_on_a_recording() -> None:
    lines = [Opinion(Entry(Path(f"/{name}"), "jazz"), "Ann", i) for i, name in enumerate("aba")]
    with pytest.raises(CollectionError, match=r"list\.csv: lines 0 and 2 are both by Ann, on /a"):
        poll(lines, Path("list.csv"))


def test_annotators_agree_on_the_group_of_a_recording(touch: Touch) -> None:
    folder = touch("a.wav", "b.wav")
    text = "path,label,annotator,group\na.wav,jazz,Ann,\na.wav,rock,Bob,G\na.wav,rock,Zoe,H\n"
    message = r"list\.csv: lines 3 and 4 put .*a\.wav in the groups G and H"
    with pytest.raises(CollectionError, match=message):
        read(folder, text)
