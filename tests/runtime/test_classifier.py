"""The classifier against plain Essentia code, and on every kind of bad input."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.collection import Skipped
from essentia_ldl.errors import AudioError, BackboneError, ModelError, OptionError
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.progress import Silent
from essentia_ldl.runtime import Classifier, Prediction, audio_files
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import find_backbone

Arrays = NDArray[np.float32]
MakeNoise = Callable[..., Arrays]
WriteModel = Callable[..., Path]


@pytest.fixture
def classifier(model_json: Path, built_models: Path) -> Iterator[Classifier]:
    with Classifier(model_json, models_dir=built_models) as ready:
        yield ready


@pytest.fixture
def in_essentia(model_json: Path, built_models: Path) -> Iterator[Classifier]:
    with Classifier(model_json, models_dir=built_models, engine="essentia") as ready:
        yield ready


def _as_users_write_it(path: Path, backbone: Path, head: Path) -> Arrays:
    """Three calls, as the zoo's examples have them."""
    es = essentia_standard()
    audio = es.MonoLoader(filename=str(path), sampleRate=16000, resampleQuality=4)()
    embeddings = es.TensorflowPredictMusiCNN(
        graphFilename=str(backbone), output="model/dense/BiasAdd"
    )(audio)
    head_model = es.TensorflowPredict2D(graphFilename=str(head), output="model/Softmax")
    return np.array(head_model(embeddings))


def _plain(models: Path, model_json: Path, path: Path) -> Arrays:
    backbone = find_backbone("msd-musicnn", models).graph
    return run_in_worker(_as_users_write_it, path, backbone, model_json.with_suffix(".pb"))


def test_a_file_and_its_samples_give_plain_essentias_numbers(
    in_essentia: Classifier,
    model_json: Path,
    built_models: Path,
    audio: Path,
    noise: MakeNoise,
) -> None:
    path = audio / "a.wav"
    prediction = in_essentia(path)
    patches = _plain(built_models, model_json, path)
    np.testing.assert_array_equal(prediction.patch_probabilities, patches)
    assert prediction.path == str(path)
    assert prediction.patch_probabilities.shape == (3, 3)
    assert tuple(prediction.probabilities) == in_essentia.classes == ("jazz", "pop", "rock")
    assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-6)
    assert in_essentia(str(path)) == prediction

    assert in_essentia.sample_rate == 16000
    of_samples = in_essentia(noise(6.5).astype(np.float64))
    assert of_samples.path == ""
    # The file holds 16-bit samples, the array does not.
    np.testing.assert_allclose(of_samples.patch_probabilities, patches, atol=1e-3)


@pytest.mark.shared
def test_a_real_recording_gives_plain_essentias_numbers(
    shared: Path,
    in_essentia: Classifier,
    classifier: Classifier,
    model_json: Path,
    built_models: Path,
) -> None:
    path = shared / "data" / "essentia-audio" / "dubstep.mp3"
    patches = _plain(built_models, model_json, path)
    np.testing.assert_array_equal(in_essentia(path).patch_probabilities, patches)
    assert classifier.engine == "onnxruntime"
    np.testing.assert_allclose(classifier(path).patch_probabilities, patches, rtol=0, atol=1e-5)


@pytest.mark.parametrize("engine", [None, "essentia"])
def test_one_file_and_many_are_answered_by_one_engine(
    model_json: Path, built_models: Path, audio: Path, engine: str | None
) -> None:
    with Classifier(model_json, models_dir=built_models, engine=engine) as classifier:
        assert classifier.engine == (engine or "onnxruntime")
        single = classifier(audio / "a.wav")
        (of_many,) = classifier.predict([audio / "a.wav"])
        assert single == of_many


def test_an_engine_that_cannot_be_had_is_refused_at_once(
    model_json: Path, built_models: Path, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="must be essentia or onnxruntime, not 'keras'"):
        Classifier(model_json, models_dir=built_models, engine="keras")
    folder = tmp_path / "models"
    shutil.copytree(built_models, folder)
    for graph in folder.rglob("*.onnx"):
        graph.unlink()
    with pytest.raises(BackboneError, match="graph for onnxruntime is missing"):
        Classifier(model_json, models_dir=folder, engine="onnxruntime")
    assert Classifier(model_json, models_dir=folder).engine == "essentia"


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_files_come_in_order_and_a_bad_one_costs_no_other(
    model_json: Path, built_models: Path, audio: Path, jobs: int
) -> None:
    classifier = Classifier(model_json, models_dir=built_models, jobs=jobs)
    files = [*audio_files([audio])[0], Path("missing.wav"), audio / "notes.txt"]
    told = Silent()
    results = list(classifier.predict(files, told))
    assert [result.path for result in results] == [str(path) for path in files]
    skipped = {Path(r.path).name: r.reason for r in results if isinstance(r, Skipped)}
    assert skipped.keys() == {"b.mp3", "missing.wav", "notes.txt"}
    assert skipped["missing.wav"] == "there is no such file (check the path)"
    assert "cannot be decoded" in skipped["b.mp3"]
    assert all(isinstance(results[i], Prediction) for i in (0, 2, 3))
    assert told.warnings == []


def test_threads_get_the_answers_that_one_gets(classifier: Classifier, audio: Path) -> None:
    files = [audio / "a.wav", audio / "c.flac", audio / "b.mp3"] * 2

    def label(path: Path) -> Prediction | str:
        try:
            return classifier(path)
        except AudioError as error:
            return error.subject

    alone = [label(path) for path in files]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(label, files)) == alone


def test_other_bytes_of_the_backbone_than_in_training_are_told_once(
    write_model: WriteModel, built_models: Path
) -> None:
    model_json = write_model(training={"backbone": {"name": "msd-musicnn", "sha256": "0" * 64}})
    with pytest.warns(UserWarning, match="with SHA-256 000000000000") as caught:
        Classifier(model_json, models_dir=built_models)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    backbone = find_backbone("msd-musicnn", built_models)
    assert f"{backbone.graph} has {backbone.sha256[:12]}" in str(caught[0].message)
    told = Silent()
    Classifier(model_json, models_dir=built_models, progress=told)
    assert told.warnings == [str(caught[0].message)]


def test_no_files_give_no_results(classifier: Classifier) -> None:
    assert list(classifier.predict([])) == []


def test_a_short_clip_is_repeated_with_a_warning(
    classifier: Classifier, noise: MakeNoise, tmp_path: Path
) -> None:
    import soundfile

    path = tmp_path / "short.wav"
    soundfile.write(path, noise(0.5), 16000)
    told = Silent()
    (result,) = classifier.predict([path], told)
    assert isinstance(result, Prediction)
    assert result.patch_probabilities.shape == (1, 3)
    assert len(told.warnings) == 1
    assert f"{path}: is shorter than one patch (2.96 s)" in told.warnings[0]
    with pytest.warns(UserWarning, match="shorter than one patch"):
        assert classifier(path) == result


def test_bad_sound_is_an_error_that_names_it(
    classifier: Classifier, audio: Path, tmp_path: Path
) -> None:
    import soundfile

    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(48000), 16000)
    for path, reason in [
        (silent, "silent"), (audio / "b.mp3", "decoded"), (tmp_path / "none.wav", "no such file"),
    ]:  # fmt: skip
        with pytest.raises(AudioError, match=reason) as caught:
            classifier(path)
        assert caught.value.subject == str(path)
        assert caught.value.remedy


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros((2, 48000), np.float32), "mono"),
        (np.zeros(48000, np.int16), "floating-point"),
        (np.zeros(48000, np.float32), "silent"),
        (np.zeros(0, np.float32), "no samples"),
        (np.full(48000, np.nan, np.float32), "not finite"),
    ],
)
def test_samples_that_are_no_sound_are_refused(
    classifier: Classifier, samples: Arrays, reason: str
) -> None:
    with pytest.raises(AudioError, match=reason):
        classifier(samples)


def test_a_graph_damaged_meanwhile_is_an_error_and_no_skip(
    model_json: Path, built_models: Path, audio: Path
) -> None:
    classifier = Classifier(model_json, models_dir=built_models)
    model_json.with_suffix(".pb").write_bytes(b"no graph")
    with pytest.raises(ModelError, match="no frozen TensorFlow graph"):
        list(classifier.predict([audio / "a.wav"]))
    with pytest.raises(ModelError, match="no frozen TensorFlow graph"):
        classifier(audio / "a.wav")


def _schema(node_out: str, n_outputs: int) -> dict[str, object]:
    output = {"name": node_out, "shape": [n_outputs], "output_purpose": "predictions"}
    return {"inputs": [{"name": "model/Placeholder", "shape": [200]}], "outputs": [output]}


def test_the_graphs_own_outputs_are_checked(
    write_model: WriteModel, built_models: Path, audio: Path
) -> None:
    two = write_model(schema=_schema("model/Softmax", 2), classes=["jazz", "pop"])
    with pytest.raises(ModelError, match="gives 3 values, and its metadata names 2 classes"):
        Classifier(two, models_dir=built_models)(audio / "a.wav")
    names = [f"class {i}" for i in range(100)]
    hidden = write_model(schema=_schema("model/dense/BiasAdd", 100), classes=names)
    with pytest.raises(ModelError, match="gives no probabilities"):
        Classifier(hidden, models_dir=built_models)(audio / "a.wav")


_PROGRAM = """
import sys, warnings
warnings.simplefilter("ignore")
sys.modules["tensorflow"] = type(sys)("tensorflow")  # as in a program that trains
from essentia_ldl import Classifier
model, models, audio = sys.argv[1:]
from pathlib import Path
print(Classifier(model, models_dir=Path(models))(audio).label)
assert "essentia" not in sys.modules
"""


def test_a_script_needs_no_main_guard_and_may_hold_tensorflow(
    model_json: Path, built_models: Path, audio: Path
) -> None:
    program = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(model_json), str(built_models), str(audio / "a.wav")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert program.stderr == ""
    assert program.stdout.strip() in {"jazz", "pop", "rock"}
