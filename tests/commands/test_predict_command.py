import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.export.head_graph import head_graph
from essentia_ldl.files import write_bytes, write_json
from essentia_ldl.networks.heads import initial_head
from tests.commands.conftest import Program
from tests.runtime.zoo_models import place_zoo_model

soundfile = pytest.importorskip("soundfile", reason="writes the tests' audio")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head with random weights, in the zoo's form."""
    folder = tmp_path_factory.mktemp("model")
    write_bytes(folder / "mood-msd-musicnn-1.pb", head_graph(initial_head((1,), 200, 100, 2)))
    softmax = {"name": "model/Softmax", "type": "float", "shape": [2], "op": "Softmax"}
    write_json(
        folder / "mood-msd-musicnn-1.json",
        {
            "name": "mood",
            "type": "multi-class classifier",
            "classes": ["calm", "<wild>"],
            "schema": {
                "inputs": [{"name": "model/Placeholder", "type": "float", "shape": [200]}],
                "outputs": [{**softmax, "output_purpose": "predictions"}],
            },
            "inference": {
                "sample_rate": 16000,
                "algorithm": "TensorflowPredict2D",
                "embedding_model": {
                    "algorithm": "TensorflowPredictMusiCNN",
                    "model_name": "msd-musicnn-1",
                },
            },
        },
    )
    return folder / "mood-msd-musicnn-1.json"


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("songs")
    time = np.arange(80000) / 16000
    for pitch in (220, 330):
        soundfile.write(folder / f"{pitch} [Hz].wav", 0.2 * np.sin(pitch * time), 16000)
    return folder


@pytest.mark.usefixtures("built_models")
def test_json_lines(program: Program, model: Path, songs: Path, built_models: Path) -> None:
    ended = program("predict", model, songs, "--jsonl", f"--models={built_models}")
    assert ended.code == 0, ended.err
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [Path(line["path"]).name for line in lines] == ["220 [Hz].wav", "330 [Hz].wav"]
    for line in lines:
        assert list(line) == ["path", "label", "probabilities", "entropy"]
        values = line["probabilities"].values()
        assert list(line["probabilities"]) == ["calm", "<wild>"]
        assert sum(values) == pytest.approx(1, abs=1e-6)
        assert line["probabilities"][line["label"]] == max(values)
        assert line["entropy"] == pytest.approx(-sum(p * math.log(p) for p in values))


def test_both_engines_say_the_same(
    program: Program, model: Path, songs: Path, built_models: Path
) -> None:
    answers: list[list[list[float]]] = []
    for engine in ("essentia", "onnxruntime"):
        ended = program(
            "predict", model, songs, "--jsonl", f"--models={built_models}", f"--engine={engine}"
        )
        assert ended.code == 0, ended.err
        lines = [json.loads(line) for line in ended.out.splitlines()]
        answers.append([[*line["probabilities"].values()] for line in lines])
    slow, fast = answers
    np.testing.assert_allclose(np.array(fast), np.array(slow), rtol=0, atol=1e-5)
    assert fast != slow, "they round differently"
    assert program("predict", model, songs, "--engine=keras").code == 2


def test_text(program: Program, model: Path, songs: Path, built_models: Path) -> None:
    ended = program("predict", model, songs / "220 [Hz].wav", f"--models={built_models}")
    assert ended.code == 0, ended.err
    assert "220 [Hz].wav" in ended.out
    assert "calm" in ended.out
    assert "entropy" in ended.out


@pytest.mark.shared
def test_tags_and_quantities_claim_no_label(
    program: Program, songs: Path, shared: Path, tmp_path: Path
) -> None:
    tags = place_zoo_model(shared, tmp_path, "small_vggish_init")
    ended = program("predict", tags, songs, "--jsonl")
    assert ended.code == 0, ended.err
    for line in ended.out.splitlines():
        assert list(json.loads(line)) == ["path", "probabilities"]
        assert list(json.loads(line)["probabilities"]) == ["one", "other"]
    quantities = place_zoo_model(shared, tmp_path, "emomusic-msd-musicnn-1")
    song, zoo = songs / "220 [Hz].wav", f"--models={shared / 'zoo'}"
    ended = program("predict", quantities, song, zoo, "--jsonl")
    assert ended.code == 0, ended.err
    assert list(json.loads(ended.out)) == ["path", "values"]
    ended = program("predict", quantities, song, zoo)
    values = ended.out.splitlines()[1].split()
    assert values[::2] == ["valence", "arousal"]


def test_failures_are_lines_and_an_exit_code(
    program: Program, model: Path, songs: Path, built_models: Path, tmp_path: Path
) -> None:
    (tmp_path / "text.mp3").write_text("no audio")
    absent = tmp_path / "absent.wav"
    good = songs / "220 [Hz].wav"
    ended = program(
        "predict", model, tmp_path / "text.mp3", good, absent, "--jsonl", f"--models={built_models}"
    )
    assert ended.code == 1
    assert len(ended.out.splitlines()) == 1, "the good file has its answer"
    assert f"failed: {tmp_path / 'text.mp3'}: cannot be decoded" in ended.err
    assert str(absent) in ended.err
    assert "Traceback" not in ended.err


def test_a_folder_without_audio_is_a_failure_among_others(
    program: Program, model: Path, songs: Path, built_models: Path, tmp_path: Path
) -> None:
    good = songs / "220 [Hz].wav"
    ended = program("predict", model, good, tmp_path, "--jsonl", f"--models={built_models}")
    assert ended.code == 1
    assert len(ended.out.splitlines()) == 1, "the good file has its answer"
    assert f"failed: {tmp_path}: there is no audio file in this folder" in ended.err
    assert "1 of 2 failed" in ended.err


@pytest.mark.shared
def test_real_files_of_every_kind(
    program: Program, model: Path, built_models: Path, shared: Path
) -> None:
    files = sorted((shared / "data" / "essentia-audio").iterdir())
    ended = program("predict", model, *files, "--jsonl", f"--models={built_models}")
    assert ended.code == 1
    answered = {Path(json.loads(line)["path"]) for line in ended.out.splitlines()}
    bad = {"empty.mp3", "empty.ogg", "empty.wav", "test-unicode.flac", "unsupported.sd2"}
    assert answered == {path for path in files if path.name not in bad}
    for name in bad:
        assert any(name in line for line in ended.err.splitlines() if line.startswith("failed: "))


@pytest.mark.parametrize(
    ("suffix", "content", "message"),
    [
        (".json", b"{", "is not JSON"),
        (".json", b"{}", "zoo's form"),
        (".pb", b"", "is no frozen TensorFlow graph: it is empty"),
        (".pb", b"\x00 no graph", "is no frozen TensorFlow graph"),
    ],
)
def test_corrupted_models_end_in_one_line(
    program: Program,
    model: Path,
    songs: Path,
    built_models: Path,
    tmp_path: Path,
    suffix: str,
    content: bytes,
    message: str,
) -> None:
    for path in (model, model.with_suffix(".pb")):
        shutil.copy(path, tmp_path)
    copy = tmp_path / model.name
    copy.with_suffix(suffix).write_bytes(content)
    ended = program("predict", copy, songs, f"--models={built_models}")
    assert ended.code == 1
    assert message in ended.err
    assert "Traceback" not in ended.err
