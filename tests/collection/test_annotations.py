"""MTG-Jamendo's annotation files: what is read, and what is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection.annotations import Annotations, audio_of, is_annotation_file
from essentia_ldl.errors import CollectionError
from tests.annotated import HEADER, line_of, write_annotations, write_lines

GOOD = line_of(214, {"genre_dortmund": ["rock", "rock", "pop"]})

_words = st.text("abcdefgh_ ", min_size=1, max_size=8).filter(str.strip).map(str.strip)
_votes = st.dictionaries(_words, st.lists(_words, min_size=1, max_size=3), min_size=1, max_size=4)


def test_every_vote_is_kept_in_order(tmp_path: Path) -> None:
    votes = {
        "genre_dortmund": ["rock", "rock", "unmatched"],
        "mood_acoustic": ["not_acoustic"],
        "gender": ["instrumental", "male", "instrumental"],
    }
    annotations = Annotations.read(write_annotations(tmp_path / "raw.tsv", {214: votes}))
    (track,) = annotations.tracks
    assert track.track_id == "track_0000214"
    assert track.artist_id == "artist_000107"
    assert track.path == "14/214.mp3"
    assert track.line == 2
    assert track.votes == {taxonomy: tuple(given) for taxonomy, given in votes.items()}


@given(tracks=st.dictionaries(st.integers(1, 9_999_999), _votes, min_size=1, max_size=5))
def test_what_is_written_is_read(
    tracks: dict[int, dict[str, list[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = write_annotations(tmp_path_factory.mktemp("a") / "raw.tsv", tracks)
    read = Annotations.read(file).tracks
    assert [int(track.track_id.removeprefix("track_")) for track in read] == list(tracks)
    assert [{name: [*votes] for name, votes in track.votes.items()} for track in read] == list(
        tracks.values()
    )


@pytest.mark.parametrize("title", ["TAGS", "ANNOTATIONS"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_both_titles_and_line_ends(tmp_path: Path, title: str, end: str, start: str) -> None:
    file = tmp_path / "clean.tsv"
    header = "\t".join((*HEADER[:-1], title))
    file.write_bytes((start + end.join((header, GOOD, ""))).encode())
    assert is_annotation_file(file)
    assert Annotations.read(file).taxonomies == ("genre_dortmund",)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("track_0000215", "line 3 ends after 1 columns"),
        ("track_0000215\tartist_000014\talbum_000031\t15/215.mp3\t1.0", "ends after 5 columns"),
        (line_of(215, {})[:-10] + "\t", "line 3 ends after"),
        (line_of(215, {"genre_dortmund": ["rock"]})[:-10], "line 3 has the tag"),
        (line_of(215, {"genre_dortmund": ["rock", ""]}), "'genre_dortmund---rock,'"),
        (line_of(215, {"": ["rock"]}), "no taxonomy with votes"),
        (line_of(215, {"mood_sad": ["sad"]}) + "\tmood_sad---sad", "the taxonomy mood_sad twice"),
        (GOOD.replace("track_", "artist_"), "line 3 begins with 'artist_0000214'"),
        (line_of(215, {"a": ["b"]}).replace("15/215.mp3", "../215.mp3"), "not below the folder"),
        (line_of(215, {"a": ["b"]}).replace("15/215.mp3", "/etc/215.mp3"), "not below the folder"),
        (line_of(215, {"a": ["b"]}).replace("15/215.mp3", ""), "not below the folder"),
        (GOOD, "line 3 has track_0000214 again, which is on line 2"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    file = write_lines(tmp_path / "raw.tsv", [GOOD, line])
    with pytest.raises(CollectionError, match=r"raw\.tsv") as caught:
        Annotations.read(file)
    assert problem in caught.value.reason
    assert caught.value.remedy


@pytest.mark.parametrize(
    "header",
    [
        HEADER[:-1],
        ("TRACK_ID", "ARTIST_ID", "PATH", "ALBUM_ID", "DURATION", "TAGS"),
        (*HEADER[:-1], "LABELS"),
        ("\t".join(HEADER).replace("\t", ","),),
    ],
)
def test_a_wrong_header_is_shown(tmp_path: Path, header: tuple[str, ...]) -> None:
    file = write_lines(tmp_path / "raw.tsv", [GOOD], header)
    with pytest.raises(CollectionError, match="line 1 is another header") as caught:
        Annotations.read(file)
    assert repr(header[0]) in caught.value.reason
    assert "TRACK_ID" in caught.value.remedy


def test_an_empty_file_is_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "raw.tsv"
    file.touch()
    with pytest.raises(CollectionError, match="is empty"):
        Annotations.read(file)


def test_a_taxonomy_is_found_however_it_is_spelled(tmp_path: Path) -> None:
    votes = {"genre_dortmund": ["rock"], "mood_sad": ["sad"]}
    annotations = Annotations.read(write_annotations(tmp_path / "raw.tsv", {1: votes}))
    assert annotations.taxonomy("Genre-Dortmund") == "genre_dortmund"
    with pytest.raises(CollectionError, match="nearest is genre_dortmund") as caught:
        annotations.taxonomy("genre_dortmunt")
    assert "genre_dortmund, mood_sad" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "first_line"),
    [
        ("a.tsv", "path\tlabel"),
        ("a.tsv", "path\tlabel\tartist"),
        ("a.tsv", ""),
        ("a.csv", "\t".join(HEADER)),
    ],
)
def test_other_lists_are_no_annotation_files(tmp_path: Path, name: str, first_line: str) -> None:
    (tmp_path / name).write_text(first_line)
    assert not is_annotation_file(tmp_path / name)
    assert not is_annotation_file(tmp_path)
    assert not is_annotation_file(tmp_path / "absent.tsv")


def test_full_quality_comes_before_audio_low(tmp_path: Path) -> None:
    (tmp_path / "14").mkdir()
    full, low = (tmp_path / "14" / name for name in ("214.mp3", "214.low.mp3"))
    assert audio_of("14/214.mp3", tmp_path) is None
    low.touch()
    assert audio_of("14/214.mp3", tmp_path) == low
    full.touch()
    assert audio_of("14/214.mp3", tmp_path) == full


@pytest.mark.shared
def test_the_datasets_own_lines_become_annotations(shared: Path, tmp_path: Path) -> None:
    """Real ids and paths, with votes in place of the tags."""
    table = shared / "data" / "mtg-jamendo" / "autotagging-test-split0.tsv"
    rows = [line.split("\t")[:5] for line in table.read_text("utf-8").splitlines()[1:]]
    lines = ["\t".join((*row, "mood_sad---sad,sad,not_sad")) for row in rows]
    annotations = Annotations.read(write_lines(tmp_path / "raw.tsv", lines))
    assert len(annotations.tracks) == len(rows) > 11_000
    assert [track.path for track in annotations.tracks] == [row[3] for row in rows]
