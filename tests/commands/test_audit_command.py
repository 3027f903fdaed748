from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.commands.conftest import Program


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tones and noises, one of them among the tones, and a copy."""
    folder = tmp_path_factory.mktemp("audit") / "music"
    time = np.arange(5 * 16000) / 16000
    for number in range(6):
        rng = np.random.default_rng(number)
        tone = np.sin(2 * np.pi * 110 * (number + 2) * time)
        noise = rng.normal(size=time.size)
        for label, sound in (("tones", tone), ("[noise]", noise)):
            path = folder / label / f"{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, 0.1 * sound, 16000)
    wrong = np.random.default_rng(9).normal(size=time.size)
    soundfile.write(folder / "tones/[red]wrong.wav", 0.1 * wrong, 16000)
    (folder / "[noise]/twin.wav").write_bytes((folder / "tones/2.wav").read_bytes())
    return folder


def test_a_table_and_where_the_files_are(
    program: Program, music: Path, built_models: Path, tmp_path: Path
) -> None:
    ended = program(
        "audit", music, "-o", tmp_path / "out", f"--models={built_models}", "-k", "3",
        f"--cache={music.parent / 'cache'}", "--jobs=1",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "Most suspicious labels of music: 14 tracks, 2 classes" in ended.out
    (first, *_) = (line for line in ended.out.splitlines() if ".wav" in line)
    assert "twin.wav" in first or "[red]wrong.wav" in first
    assert "[noise]" in ended.out
    assert "Tracks that repeat a recording: 1; pairs of them that differ in label: 1." in ended.out
    for name in ("audit.html", "audit.csv", "audit.json"):
        assert str(tmp_path / "out" / name) in ended.out
        assert (tmp_path / "out" / name).is_file()
    assert "Extracting features" in ended.err
    assert "Judging labels" in ended.err


def test_wrong_input_ends_in_one_line(
    program: Program, music: Path, built_models: Path, tmp_path: Path
) -> None:
    common = ["-o", tmp_path / "out", f"--models={built_models}"]
    for arguments, message in (
        ([tmp_path / "absent"], "does not exist"),
        ([music / "tones"], "no audio found"),
        ([music, "--backbone=msd-musicn"], "msd-musicnn"),
        ([music, f"--output={music / 'out'}", "--copy-audio"], "lies inside the collection"),
    ):
        ended = program("audit", *common, *arguments)
        assert ended.code == 1, message
        assert message in ended.err
        (error,) = (line for line in ended.err.splitlines() if line.startswith("error: "))
        assert error.endswith(")"), "a remedy"
        assert "Traceback" not in ended.err


def test_help_says_what_comes_out(program: Program) -> None:
    ended = program("audit", "--help")
    assert ended.code == 0
    for word in ("audit.html", "audit.csv", "--copy-audio", "--backbone", "--seed", "Example"):
        assert word in ended.out
