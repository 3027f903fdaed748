"""Votes and distributions in tables: as columns, and as a line for each annotator."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from essentia_ldl.collection import Collection, load_task
from essentia_ldl.collection.votes import Votes
from essentia_ldl.errors import CollectionError

Touch = Callable[..., Path]


def read(folder: Path, text: str, name: str = "list.csv") -> Collection:
    table = folder / name
    table.write_text(text)
    return Collection.from_path(table)


def rows(collection: Collection) -> list[tuple[str, str, Votes | None]]:
    return [(track.path.name, track.label, track.votes) for track in collection.tracks]


THREE = [
    ("a.wav", "Rock", (("Rock", 2.0), ("jazz", 1.0))),
    ("b.wav", "jazz", (("jazz", 3.0),)),
    ("c.wav", "jazz", None),
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("l.csv", "path,label,votes:Rock,votes:jazz\na.wav,Rock,2,1\nb.wav,,0,3\nc.wav,jazz,,\n"),
        (
            "l.csv",
            "VOTES: jazz ;Votes:Rock;Path;Label\n1;2.0;a.wav;\n3;;b.wav;jazz\n;;c.wav;jazz\n",
        ),
        (
            "l.tsv",
            "path\tlabel\tvotes:Rock\tvotes:jazz\na.wav\t\t2\t1e0\nb.wav\t\t\t3\nc.wav\tjazz",
        ),
        (
            "l.jsonl",
            '{"path": "a.wav", "votes": {"Rock": 2, "jazz": 1}}\n'
            '{"path": "b.wav", "label": "jazz", "votes:jazz": 3, "votes:Rock": null}\n'
            '{"path": "c.wav", "label": "jazz", "votes": null}\n',
        ),
        (
            "l.csv",
            "path,label,annotator\na.wav,Rock,Ann\na.wav,jazz,Bob\n./a.wav,Rock,Zoe\n"
            "b.wav,jazz,Ann\nb.wav,jazz,Bob\nb.wav,jazz,Zoe\nc.wav,jazz,Bob\n",
        ),
        (
            "l.jsonl",
            '{"path": "a.wav", "label": "Rock", "annotator": 1}\n'
            '{"path": "a.wav", "label": "jazz", "annotator": 2}\n'
            '{"path": "a.wav", "label": "Rock", "annotator": 3}\n'
            '{"path": "b.wav", "label": "jazz", "annotator": 1}\n'
            '{"path": "b.wav", "label": "jazz", "annotator": 2}\n'
            '{"path": "b.wav", "label": "jazz", "annotator": 3}\n'
            '{"path": "c.wav", "label": "jazz"}\n',
        ),
    ],
)
def test_the_forms_of_votes(touch: Touch, name: str, text: str) -> None:
    collection = read(touch("a.wav", "b.wav", "c.wav"), text, name)
    assert rows(collection) == THREE
    assert collection.skipped == ()


def test_a_table_of_votes_needs_no_label(touch: Touch) -> None:
    text = "path,distribution:jazz,distribution:rock\na.wav,0.5,0.5\nb.wav,0.2495,0.75\nc.wav,,\n"
    collection = read(touch("a.wav", "b.wav", "c.wav"), text)
    total = 0.2495 + 0.75
    assert rows(collection) == [
        ("a.wav", "jazz", (("jazz", 0.5), ("rock", 0.5))),
        ("b.wav", "rock", (("jazz", 0.2495 / total), ("rock", 0.75 / total))),
    ]
    assert "has no label" in collection.skipped[0].reason


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "l.csv",
            "path,votes:a,votes:b\na.wav,1,1\nb.wav,1,-2\n",
            "line 3 has votes columns with a negative number for b: -2",
        ),
        ("l.csv", "path,votes:a,votes:b\na.wav,1,nan\n", "line 2 .*for b that is not finite"),
        ("l.csv", "path,votes:a\na.wav,inf\n", "line 2 .*for a that is not finite"),
        ("l.csv", "path,votes:a\na.wav,two\n", "line 2 .*no number for a: 'two'"),
        ("l.csv", "path;votes:a\na.wav;0,5\n", "line 2 .*no number for a: '0,5'"),
        ("l.csv", "path,votes:a,votes:b\na.wav,0,0\n", "line 2 .*no number above zero"),
        (
            "l.csv",
            "path,distribution:a,distribution:b\na.wav,50,50\n",
            "line 2 has distribution columns with a sum of 100, not of 1 .*shares that sum to 1",
        ),
        ("l.csv", "path,distribution:a,distribution:b\na.wav,NaN,1\n", "line 2 .*not finite"),
        ("l.csv", "path,distribution:a,distribution:b\na.wav,-1,2\n", "line 2 .*negative"),
        ("l.csv", "path,votes:a,distribution:b\na.wav,1,1\n", "both kinds, distribution and votes"),
        ("l.csv", "path,votes:a,votes: a\na.wav,1,1\n", "more than one column votes:a"),
        ("l.csv", "path,votes:,votes:a\na.wav,1,1\n", "a column votes: without a class"),
        ("l.csv", "path,label,annotator,votes:a\n", "votes:CLASS, and a column annotator"),
        ("l.csv", "path,annotator\na.wav,Ann\n", "has no column label"),
        (
            "l.csv",
            "path,label,annotator\na.wav,x,Ann\nb.wav,x,Ann\n./a.wav,y,Ann\n",
            "lines 2 and 4 are both by Ann, on .*a.wav",
        ),
        ("l.jsonl", '{"path": "a.wav", "votes": ["rock"]}', "line 1 has votes that are no object"),
        ("l.jsonl", '{"path": "a.wav", "votes": {"a": true}}', "line 1 .*no number for a: True"),
        (
            "l.jsonl",
            '{"path": "a.wav", "votes:a": 1, "votes": {"a": 2}}',
            "line 1 has votes:a twice .correct them",
        ),
        ("l.jsonl", '{"path": "a.wav", "votes": {"a": NaN}}', "line 1 .*not finite"),
        ("l.jsonl", '{"path": "a.wav", "votes": {"a": 1%s}}' % ("0" * 400), "no number for a"),
    ],
)
def test_what_are_no_votes_names_the_file_the_line_and_a_remedy(
    touch: Touch, name: str, text: str, message: str
) -> None:
    folder = touch("a.wav", "b.wav")
    with pytest.raises(CollectionError, match=message) as caught:
        read(folder, text, name)
    assert caught.value.subject == str(folder / name)
    assert caught.value.remedy


def test_class_names_may_have_the_separators_of_other_tables(touch: Touch) -> None:
    folder = touch("a.wav")
    collection = read(folder, 'path,votes:a;b;c;d,"votes:x,\ty\n=1"\na.wav,1,2\n')
    assert collection.classes == ("a;b;c;d", "x,\ty\n=1")


def test_spellings_of_a_task_are_one_class_in_votes_too(touch: Touch) -> None:
    folder = touch("a.wav", "b.wav")
    text = "path,label,votes:hip hop,votes:Rock\na.wav,Hip-Hop,2,1\nb.wav,roc,0,1\n"
    collection = read(folder, text).with_task(load_task("genre_tzanetakis"))
    collection.check_trainable()
    assert collection.classes == ("hip", "roc")
    assert rows(collection)[0] == ("a.wav", "hip", (("hip", 2.0), ("roc", 1.0)))


def test_a_label_that_nobody_votes_for_is_an_error(touch: Touch) -> None:
    text = "path,label,votes:jazz,votes:rock\na.wav,pop,2,1\nb.wav,jazz,1,1\nc.wav,rock,1,1\n"
    with pytest.raises(CollectionError, match=r"a\.wav pop, .*no vote; it has .* jazz, rock"):
        read(touch("a.wav", "b.wav", "c.wav"), text).check_trainable()


def test_lines_that_cannot_be_used_stay_skipped(touch: Touch) -> None:
    lines = [
        {"path": "a.wav", "votes": {"rock": 1}},
        {"path": "b\0.wav", "label": "rock", "annotator": "Ann"},
        {"path": "b\0.wav", "label": "jazz", "annotator": "Bob"},
        {"path": "gone.wav", "votes": {"rock": 1}},
        {"votes": {"rock": 1}},
    ]
    folder = touch("a.wav")
    (folder / "votes.jsonl").write_text("\n".join(map(json.dumps, [lines[0], *lines[3:]])))
    votes = Collection.from_path(folder / "votes.jsonl")
    assert [skip.reason.split(" (")[0] for skip in votes.skipped] == [
        "does not exist",
        "names no path",
    ]
    with pytest.raises(CollectionError, match="path is not valid UTF-8"):
        read(folder, "\n".join(map(json.dumps, lines[1:3])), "named.jsonl")
