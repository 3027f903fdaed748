from pathlib import Path

import pytest

from essentia_ldl.versions import package_version
from tests.commands.conftest import Program


def test_no_command_teaches(program: Program) -> None:
    ended = program()
    for word in ("train", "predict", "backbones", "doctor", "build msd-musicnn"):
        assert word in ended.out + ended.err


@pytest.mark.parametrize(
    "command", ["train", "predict", "validate", "export", "backbones", "doctor"]
)
def test_every_command_explains_itself(program: Program, command: str) -> None:
    ended = program(command, "--help")
    assert ended.code == 0
    assert f"Usage: essentia-ldl {command}" in ended.out


def test_version(program: Program) -> None:
    ended = program("--version")
    assert (ended.code, ended.out.strip()) == (0, package_version("essentia_ldl"))


def test_wrong_option_is_a_usage_error(program: Program) -> None:
    ended = program("train", "music", "--fold", "3")
    assert ended.code == 2
    assert "--fold" in ended.err


def test_a_path_that_the_system_refuses_is_named(program: Program, tmp_path: Path) -> None:
    name = "y" * 300
    ended = program("train", name, "-o", tmp_path)
    assert ended.code == 1
    assert f"{name}: cannot be used: File name too long" in ended.err


@pytest.mark.parametrize(
    "command",
    [
        ["train", ".", "-o", "out"],
        ["predict", "model.json", "song.wav"],
        ["validate", "model.json", "--annotations", "clean.tsv"],
        ["export", "model.json"],
    ],
    ids=lambda command: command[0],
)
def test_a_folder_of_backbones_has_to_be_there(
    command: list[str], tmp_path: Path, program: Program
) -> None:
    ended = program(*command, "--models", str(tmp_path / "nowhere"))
    assert ended.code == 2
    assert "--models" in ended.err
    assert "does not exist" in ended.err
