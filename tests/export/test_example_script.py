"""What Essentia's own generator would write for a model, and that it runs."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.export.deployment import DeployedModel, deploy_model
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.example_script import example_script
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.zoo import find_backbone
from tests.clean_process import python

RUN = "import runpy; rows = runpy.run_path({!r})['predictions']"


def test_a_full_model_takes_one_step(joined_model: FrozenModel, tmp_path: Path) -> None:
    assert example_script(joined_model, None, tmp_path) == (
        "from essentia.standard import MonoLoader, TensorflowPredictMusiCNN\n"
        "\n"
        'audio = MonoLoader(filename="audio.wav", sampleRate=16000, resampleQuality=4)()\n'
        'model = TensorflowPredictMusiCNN(graphFilename="genre_demo-msd-musicnn-full-1.pb", '
        'output="model/Softmax")\n'
        "predictions = model(audio)\n"
    )


def test_a_head_takes_two(head_model: FrozenModel, built_models: Path, tmp_path: Path) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    shutil.copy(backbone.graph, tmp_path)
    script = example_script(head_model, backbone, tmp_path, audio='a "b".wav')
    assert script == (
        "from essentia.standard import MonoLoader, TensorflowPredictMusiCNN, TensorflowPredict2D\n"
        "\n"
        'audio = MonoLoader(filename="a \\"b\\".wav", sampleRate=16000, resampleQuality=4)()\n'
        'embedding_model = TensorflowPredictMusiCNN(graphFilename="msd-musicnn-1.pb", '
        'output="model/dense/BiasAdd")\n'
        "embeddings = embedding_model(audio)\n"
        "\n"
        'model = TensorflowPredict2D(graphFilename="genre_demo-msd-musicnn-1.pb", '
        'output="model/Softmax")\n'
        "predictions = model(embeddings)\n"
    )


def test_only_what_is_no_default_is_given(head_model: FrozenModel, tmp_path: Path) -> None:
    schema = head_model.metadata.schema_
    predictions = head_model.predictions.model_copy(update={"name": "model/Sigmoid"})
    inputs = [schema.inputs[0].model_copy(update={"name": "flatten_in_input"})]
    renamed = schema.model_copy(update={"inputs": inputs, "outputs": [predictions]})
    script = example_script(head_model.described(schema_=renamed), None, tmp_path)
    assert '(graphFilename="genre_demo-msd-musicnn-1.pb", input="flatten_in_input")\n' in script


def test_the_scripts_run(
    deployed: DeployedModel,
    head_model: FrozenModel,
    built_models: Path,
    probe_wav: Path,
    essentia_says: Answers,
    tmp_path: Path,
) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    head = deploy_model(head_model, tmp_path, backbone=backbone)
    for script in (deployed.script, head.script):
        shutil.copy(probe_wav, script.parent / "audio.wav")
        rows = python(RUN.format(script.name), script.parent)
        assert np.abs(rows - essentia_says.outputs["model/Softmax"]).max() <= 1e-6


@pytest.mark.shared
def test_they_run_on_music(deployed: DeployedModel, shared: Path) -> None:
    music = shared / "data" / "essentia-audio" / "hiphop.mp3"
    folder = deployed.script.parent
    shutil.copy(music, folder / "audio.wav")  # FFmpeg looks at the content.
    rows = python(RUN.format(deployed.script.name), folder)
    assert rows.shape[1] == 3
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)
