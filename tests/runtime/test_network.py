"""Whole models, and heads that give no distribution: the zoo's own files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError, OptionError
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.runtime import Classifier, Kind
from essentia_ldl.workers import run_in_worker
from tests.runtime.zoo_models import ZOO_MODELS, place_zoo_model

Values = NDArray[np.float32]
MakeNoise = Callable[..., Values]

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def song(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds out of a song."""
    import soundfile

    source = shared / "data" / "jamendo" / "Confession_-_Quesabe.mp3"
    samples, rate = soundfile.read(source, frames=8 * 44100, start=60 * 44100)
    path = tmp_path_factory.mktemp("song") / "song.flac"
    soundfile.write(path, samples, rate)
    return path


def _whole(song: Path, graph: Path, algorithm: str) -> Values:
    es = essentia_standard()
    audio = es.MonoLoader(filename=str(song), sampleRate=16000, resampleQuality=4)()
    model = getattr(es, algorithm)(graphFilename=str(graph), output="model/Sigmoid")
    return np.array(model(audio))


def _emomusic(song: Path, graph: Path, backbone: Path) -> Values:
    es = essentia_standard()
    audio = es.MonoLoader(filename=str(song), sampleRate=16000, resampleQuality=4)()
    embeddings = es.TensorflowPredictMusiCNN(
        graphFilename=str(backbone), output="model/dense/BiasAdd"
    )(audio)
    head = es.TensorflowPredict2D(
        graphFilename=str(graph), input="flatten_in_input", output="dense_out"
    )
    return np.array(head(embeddings))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("genre_dortmund_musicnn_msd", Kind.SCORES), ("small_vggish_init", Kind.TAGS)],
)
def test_a_whole_model_gives_plain_essentias_numbers(
    shared: Path, song: Path, tmp_path: Path, name: str, kind: Kind
) -> None:
    path = place_zoo_model(shared, tmp_path, name)
    with Classifier(path) as classifier:
        assert (classifier.kind, classifier.engine) == (kind, "essentia")
        prediction = classifier(song)
    algorithm = ZOO_MODELS[name]["inference"]["algorithm"]
    plain = run_in_worker(_whole, song, path.with_suffix(".pb"), algorithm)
    np.testing.assert_array_equal(prediction.patch_values, plain)
    assert list(prediction.values) == ZOO_MODELS[name]["classes"]
    assert (prediction.label is not None) == (kind is Kind.SCORES)
    assert prediction.entropy is None


def test_a_regression_head_gives_plain_essentias_numbers(
    shared: Path, song: Path, tmp_path: Path
) -> None:
    path = place_zoo_model(shared, tmp_path, "emomusic-msd-musicnn-1")
    backbone = shared / "zoo" / "msd-musicnn-1.pb"
    with Classifier(path, models_dir=shared / "zoo", engine="essentia") as classifier:
        prediction = classifier(song)
    plain = run_in_worker(_emomusic, song, path.with_suffix(".pb"), backbone)
    np.testing.assert_array_equal(prediction.patch_values, plain)
    assert prediction.kind is Kind.QUANTITIES
    assert list(prediction.values) == ["valence", "arousal"]
    assert prediction.label is None


def test_a_clip_shorter_than_a_patch_is_repeated(
    shared: Path, tmp_path: Path, noise: MakeNoise
) -> None:
    path = place_zoo_model(shared, tmp_path, "small_vggish_init")
    with (
        Classifier(path) as classifier,
        pytest.warns(UserWarning, match=r"shorter than one patch \(0\.94 s\)"),
    ):
        assert classifier(noise(0.5)).patch_values.shape == (1, 2)


def test_an_engine_for_backbones_is_refused(shared: Path, tmp_path: Path) -> None:
    path = place_zoo_model(shared, tmp_path, "small_vggish_init")
    assert Classifier(path, engine="essentia").engine == "essentia"
    with pytest.raises(OptionError, match="this model is one graph, which Essentia runs"):
        Classifier(path, engine="onnxruntime")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sha256": "0" * 64}, "is damaged: its bytes are not those recorded"),
        ({"classes": ["one"]}, "names 1 classes for 2 outputs"),
        ({"schema": {"outputs": {"name": "model/Nothing"}}}, "has no node 'model/Nothing'"),
        ({"schema": {"inputs": {"name": "serving"}}}, "has no node 'serving'"),
        ({"schema": {"inputs": {"shape": [187, 96]}}}, r"takes patches of \[187, 96\]"),
        ({"type": "multi-class classifier", "schema": {"outputs": {"op": "Softmax"}}}, "no distr"),
        ({"classes": ["a"], "schema": {"outputs": {"shape": [1]}}}, "gives 2 values, and its .* 1"),
    ],
)
def test_what_does_not_belong_together_is_refused(
    shared: Path, tmp_path: Path, noise: MakeNoise, changes: dict[str, Any], problem: str
) -> None:
    schema = {
        part: [{**ZOO_MODELS["small_vggish_init"]["schema"][part][0], **new}]
        for part, new in {"inputs": {}, "outputs": {}, **changes.get("schema", {})}.items()
    }
    path = place_zoo_model(shared, tmp_path, "small_vggish_init", **{**changes, "schema": schema})
    with pytest.raises(ModelError, match=problem) as caught, Classifier(path) as classifier:
        classifier(noise(1.5))
    assert caught.value.subject
    assert caught.value.remedy


def test_a_graph_that_reads_files_is_refused(shared: Path, tmp_path: Path) -> None:
    import tensorflow as tf

    path = place_zoo_model(shared, tmp_path, "small_vggish_init")
    graph = tf.compat.v1.GraphDef.FromString(path.with_suffix(".pb").read_bytes())
    graph.node.add(name="spy", op="ReadFile", input=["spied_on"])
    path.with_suffix(".pb").write_bytes(graph.SerializeToString())
    with pytest.raises(ModelError, match="'ReadFile'") as caught:
        Classifier(path)
    assert caught.value.subject == str(path.with_suffix(".pb"))
