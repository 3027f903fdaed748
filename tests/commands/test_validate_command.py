from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.annotated import HEADER, line_of, write_annotations, write_lines
from tests.commands.conftest import Program
from tests.random_heads import write_head

TRACKS = {
    214: {"mood_sad": ["sad", "sad", "sad"]},
    215: {"mood_sad": ["not_sad", "not_sad", "not_sad"]},
    216: {"mood_sad": ["sad", "sad", "not_sad"]},
    217: {"mood_sad": ["sad", "sad", "sad"]},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tracks of four, their annotations, and two models."""
    folder = tmp_path_factory.mktemp("validate")
    for number in (214, 215, 216):
        file = folder / "audio" / str(number % 100) / f"{number}.mp3"
        file.parent.mkdir(parents=True)
        sound = 0.1 * np.random.default_rng(number).standard_normal(4 * 16000)
        soundfile.write(file, sound, 16000, format="mp3")
    write_annotations(folder / "raw.tsv", TRACKS)
    for seed, name in enumerate(("a", "b")):
        (folder / name).mkdir()
        write_head(folder / name / "mood [sad].json", "mood_sad", ("non_sad", "sad"), seed=seed)
    return folder


@pytest.fixture
def models(place: Path) -> list[Path]:
    return [place / name / "mood [sad].json" for name in ("a", "b")]


def test_models_side_by_side(
    program: Program, place: Path, models: list[Path], built_models: Path, tmp_path: Path
) -> None:
    ended = program(
        "validate", *models, f"--annotations={place / 'raw.tsv'}", f"--audio={place / 'audio'}",
        "--raw", f"--models={built_models}", "-o", tmp_path / "out",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "Balanced accuracy on mood_sad: 2 tracks, 2 classes" in ended.out
    assert "3 tracks, 1 of them with divided votes" in ended.out
    for name in ("a/mood [sad]", "b/mood [sad]", "uniform", "majority"):
        assert name in ended.out
    assert "b/mood [sad] against a/mood [sad]: " in ended.out
    assert "3 tracks were judged; 1 missing, 0 unreadable" in ended.out
    assert "missing: 17/217.mp3" in ended.err
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "validation.json", "validation.html", "predictions.csv",
    }  # fmt: skip


def test_the_table_alone(
    program: Program,
    place: Path,
    models: list[Path],
    built_models: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = program(
        "validate", models[0], f"--annotations={place / 'raw.tsv'}",
        f"--audio={place / 'audio'}", f"--models={built_models}", "--engine=essentia",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "Balanced accuracy" in ended.out
    assert "votes" not in ended.out.replace("without three equal votes", "")
    assert not list(tmp_path.iterdir())


GOOD = line_of(214, {"mood_sad": ["sad", "sad", "sad"]})


@pytest.mark.parametrize(
    ("header", "lines", "message"),
    [
        (HEADER[:4], [GOOD], "line 1 is another header"),
        (("path", "tags"), [GOOD], "is no annotation file"),
        (HEADER, [GOOD, GOOD[:-20]], "line 3 has the tag"),
        (HEADER, [GOOD, GOOD], "line 3 has track_0000214 again"),
        (HEADER, [line_of(214, {"mood_happy": ["happy"]})], "no votes in a taxonomy mood_sad"),
        (HEADER, [line_of(214, {"mood_sad": ["sat"]})], "line 2 has a vote for 'sat'"),
        (
            HEADER,
            [line_of(999, {"mood_sad": ["sad"] * 3})],
            "no track of mood_sad that can be used",
        ),
        (HEADER, [], "lists no track"),
    ],
)
def test_wrong_annotations_end_in_one_line(
    program: Program,
    place: Path,
    models: list[Path],
    built_models: Path,
    tmp_path: Path,
    header: tuple[str, ...],
    lines: list[str],
    message: str,
) -> None:
    file = write_lines(tmp_path / "wrong.tsv", lines, header)
    ended = program(
        "validate", models[0], f"--annotations={file}", f"--audio={place / 'audio'}",
        f"--models={built_models}",
    )  # fmt: skip
    assert ended.code == 1
    assert message in ended.err
    (error,) = (line for line in ended.err.splitlines() if line.startswith("error: "))
    assert str(file) in error
    assert error.endswith(")"), "a remedy"
    assert "Traceback" not in ended.err


def test_other_wrong_inputs_end_in_one_line(
    program: Program, place: Path, models: list[Path], built_models: Path, tmp_path: Path
) -> None:
    common = [f"--annotations={place / 'raw.tsv'}", f"--models={built_models}"]
    audio = f"--audio={place / 'audio'}"
    tags = write_head(tmp_path / "tags.json", "mood_sad", ("sad", "non_sad"), type="auto-tagging")
    other = write_head(tmp_path / "other.json", "genre_dortmund", ("rock", "polka"))
    (tmp_path / "none.json").write_text("{}")
    for arguments, message in (
        ([models[0]], "needs the folder of the dataset's audio"),
        ([models[0], f"--audio={tmp_path / 'absent'}"], "is no folder"),
        ([models[0], models[0], audio], "is given twice"),
        ([tags, audio], "no classes that exclude each other"),
        ([other, audio], "'polka'"),
        ([tmp_path / "none.json", audio], "zoo's form"),
        ([tmp_path / "absent.json", audio], "cannot be read"),
        ([models[0], audio, "--taxonomy=mood_happy"], "has classes that mood_happy has not"),
        ([models[0], audio, "--taxonomy=danceability"], "no votes in a taxonomy danceability"),
    ):
        ended = program("validate", *arguments, *common)
        assert ended.code == 1, message
        assert message in ended.err
        assert "Traceback" not in ended.err


@pytest.mark.shared
def test_real_clips_under_real_paths(
    program: Program, built_models: Path, shared: Path, tmp_path: Path
) -> None:
    table = shared / "data" / "mtg-jamendo" / "autotagging-test-split0.tsv"
    rows = [line.split("\t")[:5] for line in table.read_text("utf-8").splitlines()[1:]]
    clips = sorted((shared / "data" / "gtzan").glob("*/*00000.flac"))
    spelled = {"hiphop": "hip hop", "classical": "classic"}
    lines = []
    for row, clip in zip(rows[::900], clips, strict=False):
        place = tmp_path / "audio" / row[3]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(clip)
        genre = spelled.get(clip.parent.name, clip.parent.name)
        lines.append("\t".join((*row, f"genre_tzanetakis---{genre},{genre},{genre}")))
    file = write_lines(tmp_path / "clean.tsv", lines)
    genres = ("blu", "cla", "cou", "dis", "hip", "jaz", "met", "pop", "reg", "roc")
    model = write_head(tmp_path / "tzanetakis.json", "genre_tzanetakis", genres)
    ended = program(
        "validate", model, f"--annotations={file}", f"--audio={tmp_path / 'audio'}",
        f"--models={built_models}",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert f"{len(lines)} tracks were judged; 0 missing, 0 unreadable." in ended.out
