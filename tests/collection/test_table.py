"""CSV, TSV and JSON-lines tables."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essentia_ldl.collection import Collection, Track
from essentia_ldl.errors import CollectionError

Touch = Callable[..., Path]


def read(folder: Path, text: str | bytes, name: str = "list.csv") -> Collection:
    table = folder / name
    table.write_bytes(text.encode() if isinstance(text, str) else text)
    return Collection.from_path(table)


def rows(collection: Collection) -> list[tuple[str, str, str | None]]:
    return [(track.path.name, track.label, track.group) for track in collection.tracks]


def reasons(collection: Collection) -> dict[str, str]:
    return {Path(skip.path).name: skip.reason for skip in collection.skipped}


PLAIN = [("a.wav", "rock", None), ("b.wav", "jazz", "Zoe")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", "path,label,group\na.wav,rock,\nb.wav,jazz,Zoe\n"),
        ("list.CSV", "\ufeffPath,LABEL,Artist\r\nb.wav,jazz,Zoe\r\n\r\na.wav,rock\r\n,,\r\n"),
        ("list.csv", '"year","label","path","group"\n1,"rock","a.wav",""\n2,jazz,b.wav,Zoe'),
        ("list.csv", "path;label;artist\na.wav;rock;nan\nb.wav;jazz;Zoe\n"),
        ("list.csv", ",path,label,group\n0,a.wav,rock,\n1,b.wav,jazz,Zoe\n"),
        ("list.tsv", "\n path \t label \tgroup\nb.wav\t jazz \t Zoe \na.wav\trock\t\n"),
        ("list.csv", "path,label,group\ra.wav,rock,\rb.wav,jazz,Zoe\r"),
        (
            "list.jsonl",
            '{"path": "a.wav", "label": "rock"}\r\n\n'
            '{"Path": "b.wav", "Label": ["jazz"], "artist": "Zoe", "year": 1999}\n',
        ),
    ],
)
def test_the_forms_of_a_table(touch: Touch, name: str, text: str) -> None:
    assert rows(read(touch("a.wav", "b.wav"), text, name)) == PLAIN


def test_group_wins_over_artist(touch: Touch) -> None:
    collection = read(touch("a.wav"), "path,label,artist,group\na.wav,rock,Ann,album 1\n")
    assert rows(collection) == [("a.wav", "rock", "album 1")]


def test_quoted_fields_hold_separators_quotes_and_unicode(touch: Touch) -> None:
    folder = touch('Zoë, "live".flac', "夜.flac")
    text = 'path,label\n"Zoë, ""live"".flac","rock, hard"\n夜.flac,ポップ\n'
    assert rows(read(folder, text)) == [
        ('Zoë, "live".flac', "rock, hard", None),
        ("夜.flac", "ポップ", None),
    ]


def test_paths_are_relative_to_the_table_absolute_or_in_the_home_folder(
    touch: Touch, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = touch("lists/a.wav", "music/b.wav", "home/c.wav", "elsewhere/d.wav")
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.chdir(folder / "elsewhere")
    text = (
        f"path,label\na.wav,x\n../music/b.wav,x\n~/c.wav,x\n{folder}/elsewhere/d.wav,x\nd.wav,x\n"
    )
    collection = read(folder, text, "lists/list.csv")
    assert {track.path.name for track in collection.tracks} == {"a.wav", "b.wav", "c.wav", "d.wav"}
    assert "does not exist" in reasons(collection)["d.wav"]


def test_paths_written_on_another_system_are_found(touch: Touch) -> None:
    folder = touch("rock/e\u0301.wav", "rock/\u00fc.wav", "rock/c.wav", " d.wav")
    text = "path,label\nrock/\u00e9.wav,x\nrock/u\u0308.wav,x\nrock\\c.wav,x\n d.wav,x\n"
    collection = read(folder, text)
    assert len(collection.tracks) == 4
    assert collection.skipped == ()


@pytest.mark.parametrize(
    ("row", "name", "reason"),
    [
        ("gone.wav,rock", "gone.wav", "does not exist (correct the path"),
        ("sub,rock", "sub", "is a folder"),
        ("b.wav,", "b.wav", "has no label"),
        ("b.wav", "b.wav", "has no label"),
        ("b.wav,nan", "b.wav", "has no label"),
        ("b.wav,N/A", "b.wav", "has no label"),
        ("b.wav,  ", "b.wav", "has no label"),
        ("Hey, b.wav,rock", "Hey", "line 3 has 3 fields for 2 columns"),
        (f"{'x' * 300}.wav,rock", f"{'x' * 300}.wav", "cannot be read: File name too long"),
        ("a.wav/b.wav,rock", "b.wav", "does not exist"),
        (",rock", "list.csv, line 3", "names no path"),
    ],
)
def test_lines_that_cannot_be_used_are_skipped(
    touch: Touch, row: str, name: str, reason: str
) -> None:
    folder = touch("a.wav", "b.wav", "sub/x.wav")
    collection = read(folder, f"path,label\na.wav,rock\n{row}\n")
    assert rows(collection) == [("a.wav", "rock", None)]
    assert reason in reasons(collection)[name]
    assert reasons(collection)[name].endswith(")"), "a skip ends with its remedy"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"path": "b.wav", "label": None}, "has no label"),
        ({"path": "b.wav", "label": float("nan")}, "has no label"),
        ({"path": "b.wav"}, "has no label"),
        ({"path": "b.wav", "label": ["rock", "jazz"]}, "has several labels"),
        ({"path": "b.wav", "label": {"rock": 0.5}}, "has several labels"),
        ({"path": "b.wav", "label": "\ud800"}, "label is not valid UTF-8"),
        ({"path": "b\ud800.wav", "label": "rock"}, "path is not valid UTF-8"),
        ({"path": "b\0.wav", "label": "rock"}, "path is not valid UTF-8"),
        ({"path": None, "label": "rock"}, "names no path"),
    ],
)
def test_json_lines_that_cannot_be_used_are_skipped(
    touch: Touch, values: dict[str, object], reason: str
) -> None:
    text = '{"path": "a.wav", "label": 7}\n' + json.dumps(values)
    collection = read(touch("a.wav", "b.wav"), text, "list.jsonl")
    assert rows(collection) == [("a.wav", "7", None)]
    assert reason in collection.skipped[0].reason
    collection.skipped[0].path.encode()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "l.csv",
            "file,label\na.wav,rock\n",
            "has no column path; its columns are 'file', 'label'",
        ),
        ("l.csv", "a.wav,rock\n", "has no column path and no column label"),
        ("l.tsv", "path,label\na.wav,rock\n", "its columns are 'path,label'"),
        ("l.jsonl", '{"path": "a.wav", "genre": "x"}', "no column label; .*'path', 'genre'.*every"),
        ("l.csv", "path,label,Path\n", "more than one column path"),
        ("l.csv", "", "is empty"),
        ("l.jsonl", "\n\n", "is empty"),
        ("l.csv", "path,label\n", "lists no track"),
        (
            "l.csv",
            "path,label\nx.wav,rock\ny.wav,rock",
            "no track that can .*first of 2.*x.wav does",
        ),
        ("l.csv", 'path,label\n"a.wav,rock\n', "line 2 is not well formed"),
        ("l.csv", 'path,label\n"a".wav,rock\n', "line 2 is not well formed"),
        ("l.csv", '"path,label\n' + "x" * 200_000, "line 2 is not well formed.*limit"),
        ("l.csv", "path,label\n" + "x" * 200_000 + ",rock", "line 2 is not well formed.*limit"),
        ("l.jsonl", '{"path": "a.wav", "label": "rock"}\n{"path"', "line 2 is not JSON"),
        ("l.jsonl", '["a.wav", "rock"]', "line 1 is no object"),
        ("l.csv", b"path,label\ncaf\xe9.wav,rock\n", "is not UTF-8 text, from byte 14.*as UTF-8"),
        ("l.csv", "path,label\na\0.wav,rock", "is binary"),
        ("l.txt", "path,label\na.wav,rock", "is no collection.*.csv, .tsv or .jsonl"),
    ],
)
def test_tables_that_cannot_be_read_name_the_file_and_a_remedy(
    touch: Touch, name: str, text: str | bytes, message: str
) -> None:
    folder = touch("a.wav")
    with pytest.raises(CollectionError, match=f"(?s){message}") as caught:
        read(folder, text, name)
    assert caught.value.subject == str(folder / name)
    assert caught.value.remedy


def test_from_table_takes_tables_only(touch: Touch) -> None:
    folder = touch("a.wav", "list.csv/a.wav")
    with pytest.raises(CollectionError, match="is no"):
        Collection.from_table(folder / "a.wav")
    with pytest.raises(CollectionError, match="cannot be read: Is a directory"):
        Collection.from_table(folder / "list.csv")


def test_one_file_twice_counts_once_and_under_two_labels_not_at_all(touch: Touch) -> None:
    folder = touch("a.wav", "b.wav", "c.wav", "sub/x.wav")
    text = (
        "path,label,artist\n"
        "a.wav,rock,\na.wav,rock,Ann\nsub/../a.wav,rock,\n"
        "b.wav,rock,\nb.wav,jazz,\n./b.wav,pop,\n"
        "c.wav,jazz,\n"
    )
    collection = read(folder, text)
    assert rows(collection) == [("a.wav", "rock", "Ann"), ("c.wav", "jazz", None)]
    found = sorted(skip.reason.split(" (")[0] for skip in collection.skipped)
    assert found == [
        "is labelled jazz and pop and rock",
        "is listed more than once and counts once",
        f"is the same recording as {folder}/a.wav, which is used",
    ]


def test_the_mtg_jamendo_list_lacks_a_label(shared: Path) -> None:
    with pytest.raises(CollectionError, match=r"has no column label.*'track_id'"):
        Collection.from_path(shared / "data" / "mtg-jamendo" / "autotagging-test-split0.tsv")


FILES = ["a.wav", "B.wav", "ä.wav", "sub/a.wav", "sub dir/a.wav"]
LINES = st.tuples(
    st.sampled_from([*FILES, "./a.wav", "gone.wav", "sub"]),
    st.sampled_from(["rock", "jazz", "Ünï", "nan", ""]),
    st.sampled_from(["", "Ann", "Zoe"]),
)


@settings(max_examples=60)
@given(lines=st.lists(LINES, max_size=8), shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(lines, shuffled) -> None:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in FILES:
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).touch()

        def collection(rows: list[tuple[str, str, str]]) -> Collection:
            text = io.StringIO()
            csv.writer(text).writerows([("path", "label", "group"), *rows, ("B.wav", "pop", "")])
            return read(folder, text.getvalue())

        permuted = list(lines)
        shuffled.shuffle(permuted)
        try:
            first = collection(lines)
        except CollectionError:
            with pytest.raises(CollectionError):
                collection(permuted)
            return
        assert collection(permuted) == first
        paths = [str(track.path) for track in first.tracks]
        assert paths == sorted(set(paths))
        assert all(isinstance(track, Track) and track.label for track in first.tracks)
