import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from essentia_ldl.features.engines import choose_engine
from essentia_ldl.zoo import find_backbone, registered_backbones
from tests.commands.conftest import Program
from tests.small_vggish import SMALL_VGGISH


def test_list_names_every_backbone_and_how_to_get_it(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path))
    monkeypatch.delenv("ESSENTIA_LDL_MODELS", raising=False)
    ended = program("backbones", "list")
    assert ended.code == 0
    for name in registered_backbones():
        assert f"essentia-ldl backbones build {name}" in ended.out
    maest = next(
        line.split() for line in ended.out.splitlines() if "TensorflowPredictMAEST" in line
    )
    assert maest[:3] == ["discogs-maest-30s-pw", "TensorflowPredictMAEST", "2304"]


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


def test_list_tells_the_engine_that_runs_each(
    program: Program, built_models: Path, tmp_path: Path
) -> None:
    def line(models: Path) -> list[str]:
        ended = program("backbones", "list", f"--models={models}")
        return next(line.split() for line in ended.out.splitlines() if "msd-musicnn" in line)

    assert "onnxruntime" in line(built_models)
    shutil.copytree(built_models, tmp_path / "models")
    next((tmp_path / "models").rglob("msd-musicnn-1.spectrogram.onnx")).unlink()
    assert "essentia" in line(tmp_path / "models")


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
def test_ones_own_backbone_is_converted_where_it_lies(
    program: Program, shared: Path, tmp_path: Path
) -> None:
    graph = shutil.copy(shared / "zoo" / "small_vggish_init.pb", tmp_path / "tiny-vggish-1.pb")
    metadata = SMALL_VGGISH.to_dict() | {"link": "https://example.org", "ours": True}
    path = tmp_path / "tiny-vggish-1.json"
    path.write_text(json.dumps(metadata))
    ended = program("backbones", "build", path)
    assert ended.code == 0, ended.err
    assert str(graph) in ended.out
    written = json.loads(path.read_text())
    assert written.pop("onnxruntime")["max_abs_diff"].keys() == {
        "model/Sigmoid",
        "model/vggish/fc2/Relu",
    }
    assert {key: written[key] for key in ("name", "schema", "ours")} == {
        key: metadata[key] for key in ("name", "schema", "ours")
    }
    assert choose_engine(find_backbone("tiny-vggish-1", tmp_path)) == "onnxruntime"


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
        (["audioset-vggish"], "cannot be built, only downloaded"),
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
