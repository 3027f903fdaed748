import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.commands.conftest import Program

soundfile = pytest.importorskip("soundfile", reason="writes the tests' audio")


def _tone(path: Path, seed: int, *, seconds: float = 5.0, channels: int = 1) -> None:
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * 16000)) / 16000
    pitches = 110 * 2 ** (rng.integers(0, 36, size=3) / 12)
    chord = np.sin(2 * np.pi * pitches[:, None] * time).sum(0)
    noise = rng.normal(scale=0.05, size=len(time))
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.stack([0.1 * chord + noise] * channels, axis=1), 16000)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of three tracks, and next to them one of every kind of bad file."""
    folder = tmp_path_factory.mktemp("work") / "music"
    for number in range(3):
        _tone(folder / "calm" / f"{number}.wav", number)
        _tone(folder / "wild" / f"{number}.wav", 10 + number)
    _tone(folder / "calm" / "short.wav", 20, seconds=1)
    _tone(folder / "calm" / "surround.wav", 21, channels=3)
    soundfile.write(folder / "calm" / "silent.wav", np.zeros(80000), 16000)
    nan = np.full(80000, np.nan, dtype=np.float32)
    soundfile.write(folder / "wild" / "nan.wav", nan, 16000, subtype="FLOAT")
    (folder / "wild" / "empty.mp3").touch()
    (folder / "wild" / "text.flac").write_text("not audio at all\n" * 100)
    shutil.copy(folder / "calm" / "0.wav", folder / "calm" / "copy.wav")
    _tone(folder / "calm" / "both.wav", 30)
    shutil.copy(folder / "calm" / "both.wav", folder / "wild" / "both too.wav")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def options(built_models: Path, cache: Path) -> list[str]:
    return [f"--models={built_models}", f"--cache={cache}", "--folds=2", "--epochs=3"]


def test_bad_files_are_skipped_with_reason_and_remedy(
    program: Program, music: Path, options: list[str], tmp_path: Path
) -> None:
    ended = program("train", music, "-o", tmp_path, *options)
    assert ended.code == 0, ended.err
    report = json.loads((tmp_path / "report.json").read_text())
    reasons = {Path(skip["path"]).name: skip["reason"] for skip in report["skipped"]}
    expected = {
        "surround.wav": "more than 2 channels",
        "silent.wav": "silent",
        "nan.wav": "not finite",
        "empty.mp3": "cannot be decoded",
        "text.flac": "cannot be decoded",
        "copy.wav": "same recording",
        "both.wav": "labelled calm and wild",
        "both too.wav": "labelled calm and wild",
    }
    assert reasons.keys() == expected.keys()
    for name, reason in expected.items():
        assert reason in reasons[name]
        assert reasons[name].endswith(")"), "a remedy follows the reason"
        assert f"{name}: {reasons[name]}" in ended.err
    assert any("fill it: short.wav" in warning for warning in report["warnings"])
    assert any("n_neighbors=30" in warning for warning in report["warnings"])
    assert report["n_tracks"] == 7


def test_terminal_ends_with_a_table_and_the_paths(
    program: Program, music: Path, options: list[str], tmp_path: Path
) -> None:
    ended = program("train", music, "-o", tmp_path, "--labels=none", "--task=my-mood", *options)
    assert ended.code == 0, ended.err
    assert "categorical_crossentropy" in ended.out
    model = tmp_path / "classification-heads" / "my-mood" / "my-mood-msd-musicnn-1.json"
    assert model.is_file()
    for path in (model, model.with_suffix(".pb"), tmp_path / "report.html"):
        assert str(path) in ended.out
    tried = ended.out.partition("Try it: essentia-ldl ")[2].replace("AUDIO...", "").split()
    assert program(*tried, music / "calm" / "0.wav").code == 0


def test_loss_option_reaches_the_report(
    program: Program, music: Path, options: list[str], tmp_path: Path
) -> None:
    losses = "--loss=s_a=categorical_crossentropy,mean_absolute_error"
    ended = program("train", music, "-o", tmp_path, "--labels=s_a", losses, *options)
    assert ended.code == 0, ended.err
    variants = json.loads((tmp_path / "report.json").read_text())["variants"]
    assert variants["none"]["loss"] == "mean_absolute_error"
    assert variants["s_a"]["loss"] == "categorical_crossentropy"


def _remove_wild(folder: Path) -> None:
    shutil.rmtree(folder / "wild")


def _empty_wild(folder: Path) -> None:
    for path in (folder / "wild").iterdir():
        path.unlink()


def _empty_all(folder: Path) -> None:
    for path in folder.glob("*/*"):
        path.unlink()


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (_remove_wild, [], "every track is labelled calm"),
        (_empty_wild, [], "every track is labelled calm"),
        (_empty_all, [], "no audio found"),
        (None, ["--folds=4"], "use --folds 3"),
        (None, ["--labels=s_c"], "s_c: no such label enhancement"),
        (None, ["--labels=none,rbust"], "rbust: no such label enhancement (did you mean robust"),
        (None, ["--labels=knn:depth=3"], "knn has no parameter 'depth' (choose space="),
        (None, ["--labels=k=3,knn"], "no preset stands before it"),
        (None, ["--labels=knn:k=500"], "knn:k=500: k is 500, and a training fold has"),
        (None, ["--export=best"], "best: no such label enhancement"),
        (None, ["--export=robust:blend=1"], "blend must be from 0 to below 1, not '1'"),
        (None, ["--loss=mse"], "mse: no such loss"),
        (None, ["--loss=s_a="], "--loss s_a=: names no loss"),
        (None, ["--loss=knn:k=5"], "names no loss after knn:k=5"),
        (None, ["--backbone=msd-musicn"], "did you mean msd-musicnn?"),
        (None, ["--backbone=none.json"], "there is no such file"),
        (None, ["--task=genre_rosamerica"], "labels that are no classes of genre_rosamerica"),
        (None, ["-o", "/proc/none"], "cannot be written"),
    ],
)
def test_mistakes_end_in_one_line(
    program: Program,
    music: Path,
    options: list[str],
    tmp_path: Path,
    change: Callable[[Path], None] | None,
    arguments: list[str],
    message: str,
) -> None:
    folder = shutil.copytree(music, tmp_path / "music")
    if change:
        change(folder)
    ended = program("train", folder, "-o", tmp_path / "out", *options, *arguments)
    assert ended.code == 1
    (error,) = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert message in error
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_files_left_out_are_named_when_too_few_are_left(
    program: Program, music: Path, options: list[str], tmp_path: Path
) -> None:
    table = tmp_path / "table.csv"
    rows = [f"{music / 'calm' / f'{i}.wav'},calm" for i in range(3)]
    table.write_text("\n".join(["path,label", *rows, "typo.wav,wild"]))
    ended = program("train", table, "-o", tmp_path / "out", *options)
    assert ended.code == 1
    assert "typo.wav: does not exist" in ended.err
    assert "every track is labelled calm" in ended.err


@pytest.mark.parametrize("arguments", [["", "-o", "out"], ["music", "-o", ""]])
def test_an_empty_path_is_not_the_current_folder(program: Program, arguments: list[str]) -> None:
    ended = program("train", *arguments)
    assert ended.code == 2
    assert "the path is empty" in ended.err


def test_absent_backbone_tells_the_command_that_builds_it(
    program: Program, music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path / "nothing"))
    monkeypatch.delenv("ESSENTIA_LDL_MODELS", raising=False)
    ended = program("train", music, "-o", tmp_path / "out")
    assert ended.code == 1
    assert "essentia-ldl backbones build msd-musicnn" in ended.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("file,genre\na.wav,calm\n", "no column path"),
        ("path,label\nnowhere.wav,calm\n", "does not exist"),
        ("", "is empty"),
    ],
)
def test_bad_tables_end_in_one_line(
    program: Program, tmp_path: Path, content: str, message: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(content)
    ended = program("train", table, "-o", tmp_path / "out")
    assert ended.code == 1
    assert f"error: {table}" in ended.err
    assert message in ended.err


def test_damaged_backbone_is_refused(
    program: Program, music: Path, built_models: Path, tmp_path: Path
) -> None:
    models = shutil.copytree(built_models, tmp_path / "models")
    graph = next(models.rglob("msd-musicnn-1.pb"))
    graph.write_bytes(graph.read_bytes()[:-100])
    ended = program("train", music, "-o", tmp_path / "out", f"--models={models}")
    assert ended.code == 1
    assert "is damaged" in ended.err
