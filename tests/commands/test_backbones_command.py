import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from essentia_ldl.zoo import registered_backbones
from tests.commands.conftest import Program


def test_list_names_every_backbone_and_how_to_get_it(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path))
    monkeypatch.delenv("ESSENTIA_LDL_MODELS", raising=False)
    ended = program("backbones", "list")
    assert ended.code == 0
    for name in registered_backbones():
        assert f"essentia-ldl backbones build {name}" in ended.out


def test_list_names_a_damaged_backbone_and_goes_on(
    program: Program, built_models: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    shutil.copytree(built_models, models)
    damaged = next(models.rglob("msd-musicnn-1.json"))
    damaged.write_text("{")
    ended = program("backbones", "list", f"--models={models}")
    assert ended.code == 0
    assert f"{damaged}: is not JSON" in ended.out
    assert "msd-vgg" in ended.out


def test_without_a_verb_it_lists(program: Program, built_models: Path) -> None:
    ended = program("backbones", "list", f"--models={built_models}")
    assert str(built_models) in ended.out
    assert program("backbones").code == 0


RUN = """
import sys
from essentia_ldl.commands import main
try:
    main()
except SystemExit as ended:
    print(ended.code, "tensorflow" in sys.modules)
"""


def test_only_a_build_loads_tensorflow(tmp_path: Path) -> None:
    arguments = ["backbones", "build", "msd-musicnn", "--from=absent.pb", f"--models={tmp_path}"]
    ended = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True
    )
    assert ended.stdout.split() == ["1", "False"]


def test_a_built_backbone_is_kept(program: Program, built_models: Path) -> None:
    graph = next(built_models.rglob("msd-musicnn-1.pb"))
    before = graph.stat().st_mtime_ns
    ended = program("backbones", "build", "msd-musicnn", f"--models={built_models}")
    assert ended.code == 0, ended.err
    assert str(graph) in ended.out
    assert graph.stat().st_mtime_ns == before


@pytest.mark.shared
def test_a_zoo_file_serves_as_well(program: Program, shared: Path, tmp_path: Path) -> None:
    source = shared / "zoo" / "msd-musicnn-1.pb"
    ended = program("backbones", "build", "msd-musicnn", f"--from={source}", f"--models={tmp_path}")
    assert ended.code == 0, ended.err
    (graph,) = tmp_path.rglob("msd-musicnn-1.pb")
    assert graph.read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["resnet"], "resnet"),
        (["msd-musicnn", "--url=http://127.0.0.1:1/a.pb"], "add --sha256"),
        (["msd-musicnn", "--url=http://127.0.0.1:1/a.pb", "--from=a.pb"], "exclude each other"),
        (["msd-musicnn", "--url=http://127.0.0.1:1/a.pb", "--sha256=" + "0" * 64], "127.0.0.1"),
        (["msd-musicnn", "--sha256=" + "0" * 64], "add --url"),
        (["msd-musicnn", "--from=absent.pb"], "absent.pb"),
    ],
)
def test_mistakes_end_in_one_line(
    program: Program, tmp_path: Path, arguments: list[str], message: str
) -> None:
    ended = program("backbones", "build", f"--models={tmp_path}", *arguments)
    assert ended.code == 1
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert not list(tmp_path.rglob("*.pb"))
