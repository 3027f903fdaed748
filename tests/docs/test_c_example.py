"""The C program runs an exported graph with the libtensorflow that Essentia brings."""

import subprocess
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from tests.clean_process import run
from tests.docs.examples import EXAMPLES, packaged, require, rows


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = packaged("essentia-tensorflow", "libtensorflow")
    built = tmp_path_factory.mktemp("c") / "classify_patches"
    source = EXAMPLES / "c" / "classify_patches.c"
    flags = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O2"]
    command = [require("gcc"), *flags, source, "-o", built, library, f"-Wl,-rpath,{library.parent}"]
    run(command, built.parent)
    return built


def test_it_gives_essentias_numbers(
    program: Path, joined_model: FrozenModel, essentia_says: Answers, tmp_path: Path
) -> None:
    pb, _ = joined_model.write(tmp_path)
    essentia_says.inputs.astype("<f4").tofile(tmp_path / "patches.f32")
    printed = run([program, pb, "patches.f32", 187, 96, 3], tmp_path)
    difference = np.abs(rows(printed) - essentia_says.outputs["model/Softmax"]).max()
    assert difference <= 1e-6


def test_mistakes_are_named(program: Path, joined_model: FrozenModel, tmp_path: Path) -> None:
    pb, _ = joined_model.write(tmp_path)
    (tmp_path / "cut.f32").write_bytes(b"\0" * 100)
    (tmp_path / "damaged.pb").write_bytes(pb.read_bytes()[:-100])
    for arguments, message in (
        ([pb, "cut.f32", "187", "96", "3"], "holds no whole number of patches"),
        ([pb, "absent.f32", "187", "96", "3"], "cannot be opened"),
        ([pb, "cut.f32", "0", "96", "3"], "a size is not a positive number"),
        (["damaged.pb", "cut.f32", "187", "96", "3"], "damaged.pb: "),
        ([pb], "needs MODEL.pb"),
    ):
        ended = subprocess.run(
            [program, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 1
        assert message in ended.stderr
