"""Networks from music to a model in Essentia; `test_training.py` has heads."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.collection import Collection
from essentia_ldl.errors import OptionError
from essentia_ldl.files import sha256_of
from essentia_ldl.runtime import Classifier
from essentia_ldl.training import TrainingResult, train_classifier
from essentia_ldl.zoo import ModelMetadata

OPTIONS: dict[str, Any] = {"network": "vgg", "folds": 2, "epochs": 40, "seed": 5}


@pytest.fixture(scope="module")
def trained(demo_table: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    return train_classifier(
        Collection.from_table(demo_table),
        tmp_path_factory.mktemp("out"),
        labels=["none"],
        export="none",
        cache_dir=tmp_path_factory.mktemp("cache"),
        **OPTIONS,
    )


def test_report_says_what_was_trained(trained: TrainingResult) -> None:
    report = json.loads(trained.files.json.read_text())
    assert report["trained"] == "VGG, pre-trained on MSD, its convolutions frozen"
    assert (report["network"], report["mode"]) == ("vgg", "frozen")
    assert (report["learning_rate"], report["batch_size"]) == (1e-3, 32)
    assert "backbone" not in report
    assert "VGG, pre-trained on MSD" in trained.files.html.read_text()
    assert {"Extracting features", "Training networks"} <= report["seconds"].keys()


def test_music_is_learnt(trained: TrainingResult) -> None:
    assert trained.report["variants"]["none"]["balanced_accuracy"]["fold_mean"] > 0.7


def test_model_is_whole_and_in_the_zoos_form(trained: TrainingResult) -> None:
    metadata = ModelMetadata.read(trained.model)
    assert trained.model.name == "collection-vgg-frozen-1.json"
    assert trained.model.parent.parts[-2:] == ("classifiers", "collection")
    assert metadata.inference.algorithm == "TensorflowPredictMusiCNN"
    assert metadata.inference.embedding_model is None
    assert metadata.schema_.inputs[0].shape == [187, 96]
    assert [(node.name, node.shape) for node in metadata.schema_.outputs] == [
        ("model/Softmax", [2]),
        ("model/flatten/Reshape", [256]),
    ]
    assert metadata.sha256 == sha256_of(trained.report["exported"]["pb"])
    assert metadata.parity_max_abs_diff is not None
    assert metadata.parity_max_abs_diff <= 3e-5
    assert metadata.training is not None
    assert metadata.training["weights"] == "as published with msd-vgg"


def test_the_example_script_lies_beside_the_model(trained: TrainingResult) -> None:
    script = trained.model.with_suffix(".py").read_text()
    graph = trained.model.with_suffix(".pb").name
    assert f'TensorflowPredictMusiCNN(graphFilename="{graph}", output="model/Softmax")' in script


def test_plain_essentia_gives_the_classifiers_numbers(
    trained: TrainingResult, demo_table: Path
) -> None:
    song = Collection.from_table(demo_table).tracks[0].path
    code = trained.report["exported"]["snippet"].replace("song.mp3", str(song))
    code += "import json; print(json.dumps(predictions.tolist()))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    plain = np.array(json.loads(result.stdout.splitlines()[-1]))
    with Classifier(trained.model) as classifier:
        prediction = classifier(song)
    np.testing.assert_allclose(prediction.patch_probabilities, plain, atol=1e-6)


def test_killed_run_goes_on_and_ends_as_an_uninterrupted_one(
    trained: TrainingResult, demo_table: Path, tmp_path: Path
) -> None:
    given = {**OPTIONS, "labels": "none", "export": "none"}
    options = [f"--{name}={value}" for name, value in given.items()]
    command = [sys.executable, "-m", "essentia_ldl", "train", str(demo_table), *options]
    command += [f"--output={tmp_path / 'out'}", f"--cache={tmp_path / 'cache'}"]
    killed = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    networks = tmp_path / "cache" / "networks"
    deadline = time.monotonic() + 300
    while not list(networks.glob("vgg-*.npz")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / "out" / "report.json").exists()
    assert 1 <= len(list(networks.glob("vgg-*.npz"))) <= 2, "killed in the middle of training"

    subprocess.run(command, check=True, capture_output=True)

    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["exported"]["sha256"] == trained.report["exported"]["sha256"]
    assert report["variants"] == trained.report["variants"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"network": "resnet"}, "resnet: no such network"),
        ({"network": "vgg", "mode": "thawed"}, "thawed: no such mode"),
        ({"mode": "scratch"}, "--network musicnn"),
        ({"network": "vgg", "engine": "essentia"}, "leave --engine or --network out"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    options: dict[str, str], told: str, demo_table: Path, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match=told):
        train_classifier(Collection.from_table(demo_table), tmp_path, **options)  # type: ignore[arg-type]
