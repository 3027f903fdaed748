"""Tracks to validate on, from annotation files and from collections."""

from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.collection import Collection, Skipped, Track
from essentia_ldl.collection.annotations import Annotations
from essentia_ldl.collection.ballot import DIVIDED, LACKED, WITHOUT_CLASS, WITHOUT_VOTES
from essentia_ldl.collection.external import ExternalSet
from essentia_ldl.collection.vocabulary import Vocabulary
from essentia_ldl.errors import CollectionError
from tests.annotated import line_of, write_annotations, write_lines

MOODS = Vocabulary.of("mood_sad", ["sad", "non_sad"])
VOTES = {
    214: {"mood_sad": ["sad", "sad", "sad"], "gender": ["male"]},
    215: {"mood_sad": ["not_sad", "sad", "not_sad"]},
    216: {"mood_sad": ["not_sad", "not_sad", "not_sad"]},
    217: {"mood_sad": ["unmatched", "unmatched", "unmatched"]},
    218: {"gender": ["male", "male", "male"]},
    219: {"mood_sad": ["sad"]},
}


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    """A folder with audio for all tracks but 216, one of it as audio-low names it."""
    folder = tmp_path / "audio"
    for number in (*range(214, 216), *range(217, 220)):
        file = folder / f"{number % 100:02d}" / f"{number}{'.low' * (number == 215)}.mp3"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return folder


@pytest.fixture
def annotations(tmp_path: Path) -> Annotations:
    return Annotations.read(write_annotations(tmp_path / "raw.tsv", VOTES))


def test_the_clean_reading_takes_what_three_agree_on(annotations: Annotations, audio: Path) -> None:
    found = ExternalSet.of_annotations(annotations, audio, MOODS)
    assert found.task == "mood_sad"
    assert found.classes == ("sad", "non_sad")
    assert [(track.name, track.truth) for track in found.tracks] == [("14/214.mp3", 0)]
    assert [skip.path for skip in found.missing] == ["16/216.mp3"]
    assert found.left_out == {DIVIDED: 2, WITHOUT_CLASS: 1, WITHOUT_VOTES: 1}


def test_the_raw_reading_takes_votes_that_differ_too(annotations: Annotations, audio: Path) -> None:
    found = ExternalSet.of_annotations(annotations, audio, MOODS, min_votes=2)
    assert [track.name for track in found.tracks] == ["14/214.mp3", "15/215.mp3"]
    assert [track.truth for track in found.tracks] == [0, None]
    assert found.tracks[1].path.name == "215.low.mp3"
    np.testing.assert_allclose(found.distributions, np.array([[1, 0], [1 / 3, 2 / 3]]))
    assert found.groups is not None
    assert found.groups.tolist() == ["artist_000107", "artist_000107"]
    more = ExternalSet.of_annotations(annotations, audio, MOODS, min_votes=1)
    assert [track.votes for track in more.tracks] == [(0, 0, 0), (1, 0, 1), (0,)]


def test_an_unknown_vote_is_an_error_with_its_line(tmp_path: Path, audio: Path) -> None:
    votes = {**VOTES, 220: {"mood_sad": ["sad", "sat", "sad"]}}
    annotations = Annotations.read(write_annotations(tmp_path / "raw.tsv", votes))
    with pytest.raises(CollectionError, match=r"line 8 .* 'sat' .*nearest: sad") as caught:
        ExternalSet.of_annotations(annotations, audio, MOODS)
    assert caught.value.subject.endswith("raw.tsv")
    assert "unmatched" in caught.value.remedy


@pytest.mark.parametrize("name", ["absent", "y" * 300])
def test_a_folder_that_is_none_is_an_error(
    annotations: Annotations, tmp_path: Path, name: str
) -> None:
    with pytest.raises(CollectionError, match="is no folder"):
        ExternalSet.of_annotations(annotations, tmp_path / name, MOODS)


def test_a_path_that_no_file_can_have_is_missing_audio(tmp_path: Path, audio: Path) -> None:
    line = line_of(215, {"mood_sad": ["sad"] * 3}).replace("215.mp3", f"{'y' * 300}.mp3")
    lines = [line_of(214, VOTES[214]), line]
    annotations = Annotations.read(write_lines(tmp_path / "long.tsv", lines))
    found = ExternalSet.of_annotations(annotations, audio, MOODS)
    assert [track.name for track in found.tracks] == ["14/214.mp3"]
    assert [skip.path for skip in found.missing] == [f"15/{'y' * 300}.mp3"]


def test_without_a_track_the_reasons_are_told(annotations: Annotations, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        CollectionError, match=r"2 whose audio is missing, as 14/214\.mp3"
    ) as caught:
        ExternalSet.of_annotations(annotations, tmp_path / "empty", MOODS)
    assert f"2 {DIVIDED}" in caught.value.reason


def test_a_collection_has_one_vote_per_track(tmp_path: Path) -> None:
    tracks = (Track(Path("/a.wav"), "Not sad"), Track(Path("/b.wav"), "sad", group="Nina"))
    skipped = (Skipped("/c.wav", "does not exist (…)"), Skipped(str(tmp_path), "is a folder (…)"))
    found = ExternalSet.of_collection(Collection("mine", tracks, skipped), Path("m.csv"), MOODS)
    assert [track.truth for track in found.tracks] == [1, 0]
    np.testing.assert_array_equal(found.distributions, [[0, 1], [1, 0]])
    assert found.groups is not None
    assert found.groups.tolist() == ["/a.wav", "Nina"]
    assert [skip.path for skip in found.missing] == ["/c.wav"]
    assert [skip.path for skip in found.unreadable] == [str(tmp_path)]


def test_skipped_tracks_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list may have ten thousand of them."""

    def compared(self: Skipped, other: object) -> bool:
        raise AssertionError(self, other)

    skipped = tuple(Skipped(f"/absent/{number}.wav", "…") for number in range(3))
    monkeypatch.setattr(Skipped, "__eq__", compared)
    collection = Collection("mine", (Track(Path("/a.wav"), "sad"),), skipped)
    found = ExternalSet.of_collection(collection, Path("m.csv"), MOODS)
    assert list(map(str, found.missing)) == list(map(str, skipped))


def test_labels_that_the_model_lacks_do_not_count() -> None:
    vocabulary = Vocabulary.of("genre_tzanetakis", ["blues", "jazz"])
    tracks = (Track(Path("/a.wav"), "rock"), Track(Path("/b.wav"), "jazz"))
    found = ExternalSet.of_collection(Collection("mine", tracks), Path("m.csv"), vocabulary)
    assert [track.truth for track in found.tracks] == [1]
    assert found.left_out == {LACKED: 1}


def test_labels_of_another_task_are_an_error() -> None:
    collection = Collection("mine", (Track(Path("/a.wav"), "polka"),))
    with pytest.raises(CollectionError, match="'polka'"):
        ExternalSet.of_collection(collection, Path("m.csv"), MOODS)
