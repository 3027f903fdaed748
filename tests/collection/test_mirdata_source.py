"""Datasets of mirdata, in folders that the tests lay out as mirdata's indexes say."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from essentia_ldl.collection import Collection, load_task
from essentia_ldl.collection.mirdata_source import Address, default_home
from essentia_ldl.errors import CollectionError

mirdata = pytest.importorskip(
    "mirdata", reason='needs mirdata: pip install "essentia_ldl[datasets]"'
)

GENRES = [
    "blues",
    "classical",
    "country",
    "disco",
    "hiphop",
    "jazz",
    "metal",
    "pop",
    "reggae",
    "rock",
]
GTZAN = [f"{genre}.{number:05d}" for genre in GENRES for number in range(100)]


def lay_out(
    home: Path, name: str, audio: dict[str, str], present: Iterable[str], key: str = "audio"
) -> Path:
    """Write the index of a dataset, and noise in place of the tracks that are present."""
    dataset = mirdata.initialize(name, data_home=str(home))
    other = ("beats", "tempo", "annotation", "audio_hex_cln", "audio_hex", "audio_mix", "jams")
    tracks = {
        track: {key: [path, ""]} | {name: [None, None] for name in other}
        for track, path in audio.items()
    }
    home.mkdir(parents=True, exist_ok=True)
    index = home / Path(dataset.index_path).name
    index.write_text(json.dumps({"version": dataset.version, "tracks": tracks}))
    for seed, track in enumerate(present):
        file = home / audio[track]
        file.parent.mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(seed).normal(scale=0.1, size=2205)
        soundfile.write(file, noise, 22050)
    return home


@pytest.fixture
def gtzan(tmp_path: Path) -> Path:
    """GTZAN with two tracks of each genre, and the one that cannot be read."""
    audio = {track: f"gtzan_genre/genres/{track[:-6]}/{track}.wav" for track in GTZAN}
    present = [track for track in GTZAN if track[-5:] in {"00000", "00007"}]
    return lay_out(tmp_path / "gtzan", "gtzan_genre", audio, [*present, "jazz.00054"])


def test_the_tracks_that_are_there_are_the_collection(gtzan: Path) -> None:
    collection = Collection.from_mirdata("gtzan_genre", gtzan)
    assert collection.name == "gtzan_genre"
    assert Counter(track.label for track in collection.tracks) == dict.fromkeys(
        ("hip-hop" if genre == "hiphop" else genre for genre in GENRES), 2
    )
    assert collection.groups is None, "artists are unknown to mirdata"
    assert all(track.path.is_file() for track in collection.tracks)


def test_the_unreadable_track_and_what_is_missing_are_told_in_a_line_each(gtzan: Path) -> None:
    skipped = Collection.from_mirdata("gtzan_genre", gtzan).skipped
    assert {Path(skip.path).name: skip.reason for skip in skipped} == {
        "gtzan": "979 of 1000 tracks of gtzan_genre (blues.00001, blues.00002, blues.00003 and 976 "
        "more) are not there (let mirdata download them, or go on without)",
        "jazz.00054.wav": "cannot be decoded in the copies that circulate (nothing to do)",
    }


def test_the_collection_is_the_papers_task(gtzan: Path) -> None:
    task = load_task("genre_tzanetakis")
    collection = Collection.from_mirdata("gtzan_genre", gtzan).with_task(task)
    assert collection.classes == task.classes
    assert np.bincount(collection.y).tolist() == [2] * 10


def test_a_path_can_name_the_dataset_and_its_folder(
    gtzan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Collection.from_mirdata("gtzan_genre", gtzan)
    assert Collection.from_path(f"mirdata:gtzan_genre:{gtzan}") == expected
    assert Collection.from_path(Path(f"mirdata:gtzan_genre:{gtzan}")) == expected
    monkeypatch.setenv("HOME", str(gtzan.parent))
    assert Collection.from_path("mirdata:gtzan_genre:~/gtzan") == expected
    gtzan.parent.joinpath("mir_datasets").mkdir()
    gtzan.rename(default_home("gtzan_genre"))
    assert len(Collection.from_path("mirdata:gtzan_genre").tracks) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mirdata:irmas:/music:old/a@b", ("irmas", "/music:old/a@b", "default")),
        ("mirdata:irmas:", ("irmas", None, "default")),
        ("mirdata:irmas@1.0", ("irmas", None, "1.0")),
        ("mirdata:", ("", None, "default")),
    ],
)
def test_addresses(text: str, expected: tuple[str, str | None, str]) -> None:
    assert Address.parse(text) == expected


def test_a_version_has_its_own_index(tmp_path: Path) -> None:
    audio = {"pop.00003": "gtzan_mini-main/genres/pop/pop.00003.wav"}
    home = lay_out(tmp_path, "gtzan_genre", audio, audio)
    (home / "gtzan_genre_index_1.0.json").rename(home / "gtzan_genre_1.0_mini_index.json")
    assert Collection.from_path(f"mirdata:gtzan_genre@mini:{home}").classes == ("pop",)
    with pytest.raises(CollectionError, match=r"mirdata has no version 2\.0") as caught:
        Collection.from_path(f"mirdata:gtzan_genre@2.0:{home}")
    assert "'1.0', 'mini'" in caught.value.remedy


def test_excerpts_of_one_recording_are_a_group_and_several_instruments_are_no_label(
    tmp_path: Path,
) -> None:
    audio = {
        "0001__1": "IRMAS-TrainingData/cel/[cel][cla]0001__1.wav",
        "0001__2": "IRMAS-TrainingData/cel/[cel][cla]0001__2.wav",
        "0900__1": "IRMAS-TrainingData/gac/[gac][nod][pop_roc]0900__1.wav",
        "2872": "IRMAS-TestingData-Part1/Part1/02 - And The Body-11.wav",
    }
    home = lay_out(tmp_path, "irmas", audio, audio)
    collection = Collection.from_path(f"mirdata:irmas:{home}")
    assert [(track.label, track.group) for track in collection.tracks] == [
        ("cel", "0001"),
        ("cel", "0001"),
        ("gac", "0900"),
    ]
    assert collection.skipped[0].reason.startswith("1 of 4 tracks of irmas (2872) have no single")


def test_labels_may_come_from_metadata_and_groups_be_numbers(tmp_path: Path) -> None:
    audio = {name: f"audio/Medley-solos-DB_test-0_{name}.wav" for name in ("a1", "b2")}
    home = lay_out(tmp_path, "medley_solos_db", audio, audio)
    with pytest.raises(CollectionError, match=r"lacks the metadata.*labels of medley_solos_db"):
        Collection.from_mirdata("medley_solos_db", home)
    (home / "annotation").mkdir()
    with open(home / "annotation" / "Medley-solos-DB_metadata.csv", "w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["subset", "instrument", "instrument_id", "song_id", "uuid4"])
        rows.writerow(["test", "clarinet", 0, 12, "a1"])
        rows.writerow(["test", "flute", 3, 7, "b2"])
    collection = Collection.from_mirdata("medley_solos_db", home)
    assert [(track.label, track.group) for track in collection.tracks] == [
        ("clarinet", "12"),
        ("flute", "7"),
    ]


def test_tinysol(tmp_path: Path) -> None:
    audio = {"BTb-ord-G1-pp": "audio/Brass/Bass_Tuba/ordinario/BTb-ord-G1-pp.wav"}
    home = lay_out(tmp_path, "tinysol", audio, audio)
    (home / "annotation").mkdir()
    row = f"{audio['BTb-ord-G1-pp'][6:]},0,Brass,BTb,Bass Tuba,ord,ordinario,G1,31,pp,0,0,,FALSE\n"
    (home / "annotation" / "TinySOL_metadata.csv").write_text("header\n" + row)
    assert Collection.from_mirdata("tinysol", home).classes == ("Bass Tuba",)


@pytest.mark.parametrize(
    ("name", "track", "key", "path", "label", "group"),
    [
        ("ballroom", "Media-1", "audio", "B/BallroomData/Waltz/Media-1.wav", "waltz", None),
        ("guitarset", "03_BN1-129-Eb_comp", "audio_mic", "m/x.wav", "Bossa Nova", "03"),
        ("mridangam_stroke", "1", "audio", "m/B/1__ak__bheem-b-001.wav", "bheem", None),
    ],
)
def test_other_datasets(
    tmp_path: Path, name: str, track: str, key: str, path: str, label: str, group: str | None
) -> None:
    home = lay_out(tmp_path, name, {track: path}, [track], key)
    (found,) = Collection.from_mirdata(name, home).tracks
    assert (found.label, found.group) == (label, group)


@pytest.mark.parametrize(
    ("name", "reason", "remedy"),
    [
        ("beatles", "no dataset of mirdata with one label", "those are ballroom, gtzan_genre"),
        ("openmic2018", "no dataset of mirdata with one label", "irmas"),
        ("gtzan", "the nearest is gtzan_genre", "as a folder"),
        ("", "no dataset", "gtzan_genre"),
    ],
)
def test_other_names_are_an_error_that_lists_what_works(
    tmp_path: Path, name: str, reason: str, remedy: str
) -> None:
    with pytest.raises(CollectionError) as caught:
        Collection.from_mirdata(name, tmp_path)
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy


def test_what_is_absent_is_named_with_the_command_that_brings_it(tmp_path: Path) -> None:
    command = f"mirdata.initialize('gtzan_genre', '{tmp_path}', '1.0').download("
    with pytest.raises(CollectionError, match="is no folder") as caught:
        Collection.from_mirdata("gtzan_genre", tmp_path / "absent")
    assert command.replace(str(tmp_path), str(tmp_path / "absent")) in caught.value.remedy
    with pytest.raises(CollectionError, match="has not downloaded its index") as caught:
        Collection.from_mirdata("gtzan_genre", tmp_path)
    assert command + "partial_download=['index'])" in caught.value.remedy
    assert "put gtzan_genre_index_1.0.json into the folder" in caught.value.remedy


def test_a_folder_without_any_track_is_an_error_in_one_line(tmp_path: Path) -> None:
    home = lay_out(tmp_path, "gtzan_genre", {track: f"{track}.wav" for track in GTZAN}, [])
    with pytest.raises(CollectionError, match="lists no track that can be used") as caught:
        Collection.from_mirdata("gtzan_genre", home)
    assert "1000 of 1000 tracks" in caught.value.reason


@pytest.mark.parametrize("content", ["", "[]", '{"tracks": {"jazz.00001": {}}}', "\udcff"])
def test_a_broken_index_is_an_error(tmp_path: Path, content: str) -> None:
    index = tmp_path / "gtzan_genre_index_1.0.json"
    index.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(CollectionError, match="has an index or metadata that mirdata cannot read"):
        Collection.from_mirdata("gtzan_genre", tmp_path)


def test_without_mirdata_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mirdata", None)
    with pytest.raises(CollectionError) as caught:
        Collection.from_mirdata("gtzan_genre", tmp_path)
    assert caught.value.remedy == 'pip install "essentia_ldl[datasets]"'
