"""From what a source names to tracks."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from essentia_ldl.collection import Skipped, Track
from essentia_ldl.collection.entries import Entry, Found, listed_path, usable_tracks

Touch = Callable[..., Path]


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("a b.wav", "a b.wav"),
        (" a b.wav ", "a b.wav"),
        (" lead.wav", " lead.wav"),
        ("sub\\c.wav", "sub/c.wav"),
        ("e\u0301.wav", "\u00e9.wav"),
        ("\u00fc.wav", "u\u0308.wav"),
        (" gone.wav ", "gone.wav"),
    ],
)
def test_a_listed_path_is_the_spelling_that_exists(touch: Touch, listed: str, found: str) -> None:
    folder = touch("a b.wav", " lead.wav", "sub/c.wav", "\u00e9.wav", "u\u0308.wav")
    assert listed_path(listed, folder) == folder / found


def test_tracks_are_sorted_and_what_cannot_be_used_is_kept_beside(touch: Touch) -> None:
    folder = touch("b.wav", "a.wav")
    entries = (
        Entry(folder / "b.wav", " rock "),
        Entry(folder / "c.wav", "rock"),
        Entry(folder / "a.wav", "jazz", "Ann"),
    )
    earlier = Skipped("x", "holds no audio (add some)")
    tracks, skipped = usable_tracks(Found(entries, (earlier,)))
    assert tracks == (Track(folder / "a.wav", "jazz", "Ann"), Track(folder / "b.wav", "rock"))
    assert [skip.path for skip in skipped] == [str(folder / "c.wav"), "x"]
    assert usable_tracks(Found(entries[::-1], (earlier,))) == (tracks, skipped)


def test_of_links_to_one_file_the_first_by_path_is_used(touch: Touch) -> None:
    folder = touch("b.wav")
    os.symlink(folder / "b.wav", folder / "a.wav")
    entries = (Entry(folder / "b.wav", "rock"), Entry(folder / "a.wav", "rock"))
    tracks, skipped = usable_tracks(Found(entries))
    assert [track.path.name for track in tracks] == ["a.wav"]
    assert f"same recording as {folder / 'a.wav'}" in skipped[0].reason
