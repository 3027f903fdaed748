import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.collection import Collection
from essentia_ldl.errors import CollectionError, OutputError
from essentia_ldl.files import sha256_of
from essentia_ldl.progress import Silent
from essentia_ldl.runtime import Classifier
from essentia_ldl.training import (
    TrainingResult,
    train_classifier,
)
from essentia_ldl.versions import package_version
from essentia_ldl.zoo import ModelMetadata
from tests.clean_process import python

OPTIONS: dict[str, Any] = {"folds": 3, "epochs": 20, "seed": 5}
VARIANTS = ("none", "robust", "s_a", "s_b")


def _command(table: Path, out: Path, cache: Path, models: Path) -> list[str]:
    options = [f"--{name}={value}" for name, value in OPTIONS.items()]
    places = [f"--output={out}", f"--cache={cache}", f"--models={models}"]
    return [sys.executable, "-m", "essentia_ldl", "train", str(table), *places, *options]


def _entries(cache: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in cache.rglob("*.npz")}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def progress() -> Silent:
    return Silent()


@pytest.fixture(scope="module")
def trained(
    demo_table: Path,
    built_models: Path,
    cache: Path,
    progress: Silent,
    tmp_path_factory: pytest.TempPathFactory,
) -> TrainingResult:
    return train_classifier(
        Collection.from_table(demo_table),
        tmp_path_factory.mktemp("out"),
        cache_dir=cache,
        models_dir=built_models,
        progress=progress,
        **OPTIONS,
    )


def test_report_says_what_was_done(trained: TrainingResult, progress: Silent) -> None:
    report = json.loads(trained.files.json.read_text())
    assert report == json.loads(json.dumps(trained.report))
    assert (report["task"], report["n_tracks"]) == ("collection", 16)
    assert report["classes"] == ["acoustic", "electronic"]
    assert (report["folds"], report["repeats"], report["seed"]) == (3, 1, 5)
    assert (report["optimizer"], report["learning_rate"]) == ("Adam", 1e-3)
    assert report["mfcc"]["n_coefficients"] == 13
    assert report["engine"] == {"name": "onnxruntime", "version": package_version("onnxruntime")}
    assert tuple(report["variants"]) == VARIANTS
    for variant in report["variants"].values():
        accuracy = variant["balanced_accuracy"]
        assert len(accuracy["per_fold"]) == 3
        assert accuracy["fold_mean"] == pytest.approx(np.mean(accuracy["per_fold"]))
        assert np.sum(variant["confusion"]) == 16
        assert variant["log_loss"] > 0
    spaces = [v["label_enhancement"]["space"] for v in report["variants"].values()]
    assert spaces == [None, "embedding", "mfcc_s", "mfcc_p"]
    assert report["embedding"]["backbone"]["name"] == "msd-musicnn"
    assert report["memorisation"].keys() == {"robust", "s_a", "s_b"}
    assert not report["memorisation"]["robust"]["flagged"]
    assert report["variants"]["none"]["p_value_vs_none"] is None
    assert 0 <= report["variants"]["s_a"]["p_value_vs_none"] <= 1
    assert report["skipped"] == []
    assert report["warnings"] == progress.warnings
    assert {"Extracting features", "Training heads"} <= report["seconds"].keys()


def test_music_is_learnt(trained: TrainingResult) -> None:
    assert trained.report["variants"]["none"]["balanced_accuracy"]["fold_mean"] > 0.7


def test_exported_model_is_in_the_zoos_form(trained: TrainingResult) -> None:
    metadata = ModelMetadata.read(trained.model)
    exported = trained.report["exported"]
    assert trained.model.name == "collection-msd-musicnn-1.json"
    assert trained.model.parent.parts[-2:] == ("classification-heads", "collection")
    assert metadata.classes == ["acoustic", "electronic"]
    assert metadata.schema_.inputs[0].name == "model/Placeholder"
    assert [node.name for node in metadata.schema_.outputs] == [
        "model/Softmax",
        "model/dense/BiasAdd",
    ]
    assert metadata.inference.algorithm == "TensorflowPredict2D"
    assert metadata.inference.resample_quality == 4
    assert metadata.label_enhancement is not None
    assert metadata.label_enhancement["labels"] == "robust"
    assert metadata.label_enhancement["loss"] == "categorical_crossentropy"
    assert metadata.label_enhancement["embedding"] == trained.report["embedding"]
    assert metadata.training is not None
    assert metadata.training["seed"] == OPTIONS["seed"]
    assert metadata.training["batch_size"] == 32
    assert metadata.label_enhancement["mfcc"] is None
    assert len(metadata.training["backbone"]["sha256"]) == 64
    assert metadata.training["engine"] == trained.report["engine"]
    assert metadata.sha256 == sha256_of(exported["pb"]) == exported["sha256"]
    assert exported["parity_max_abs_diff"] <= 1e-6


def test_label_distributions_are_written_for_every_track_and_variant(
    trained: TrainingResult,
) -> None:
    with trained.files.csv.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 16 * len(VARIANTS)
    for row in rows:
        assert float(row["acoustic"]) + float(row["electronic"]) == pytest.approx(1)
        if row["variant"] == "none":
            assert float(row[row["label"]]) == 1


def test_plain_essentia_gives_the_classifiers_numbers(
    trained: TrainingResult, demo_table: Path, built_models: Path, tmp_path: Path
) -> None:
    song = next(iter(Collection.from_table(demo_table).tracks)).path
    for ending in (".pb", ".py"):
        shutil.copy(trained.model.with_suffix(ending), tmp_path)
    shutil.copy(song, tmp_path / "audio.wav")
    script = trained.model.with_suffix(".py").name
    plain = python(f"import runpy; rows = runpy.run_path({script!r})['predictions']", tmp_path)
    prediction = Classifier(trained.model, models_dir=built_models, engine="essentia")(song)
    np.testing.assert_allclose(prediction.patch_probabilities, plain, atol=1e-6)
    np.testing.assert_allclose(list(prediction.probabilities.values()), plain.mean(0), atol=1e-6)
    fast = Classifier(trained.model, models_dir=built_models, engine="onnxruntime")(song)
    np.testing.assert_allclose(fast.patch_probabilities, plain, rtol=0, atol=1e-5)


def test_second_run_extracts_nothing_and_gives_the_same_bytes(
    trained: TrainingResult, demo_table: Path, built_models: Path, cache: Path, tmp_path: Path
) -> None:
    before = _entries(cache)
    subprocess.run(_command(demo_table, tmp_path, cache, built_models), check=True)
    assert _entries(cache) == before
    report = json.loads((tmp_path / "report.json").read_text())
    assert (
        Path(report["exported"]["pb"]).read_bytes() == trained.model.with_suffix(".pb").read_bytes()
    )
    assert report["variants"] == json.loads(trained.files.json.read_text())["variants"]
    csv_of_first = trained.files.csv.read_bytes()
    assert (tmp_path / "label-distributions.csv").read_bytes() == csv_of_first


def test_other_seed_other_model(
    trained: TrainingResult, demo_table: Path, built_models: Path, cache: Path, tmp_path: Path
) -> None:
    other = train_classifier(
        Collection.from_table(demo_table),
        tmp_path,
        labels=["none"],
        export="none",
        cache_dir=cache,
        models_dir=built_models,
        **{**OPTIONS, "seed": 6},
    )
    assert other.report["exported"]["sha256"] != trained.report["exported"]["sha256"]
    assert tuple(other.report["variants"]) == ("none",)


def test_killed_run_resumes_and_ends_as_an_uninterrupted_one(
    trained: TrainingResult, demo_table: Path, built_models: Path, tmp_path: Path
) -> None:
    command = _command(demo_table, tmp_path / "out", tmp_path / "cache", built_models)
    killed = subprocess.Popen(command, start_new_session=True)
    deadline = time.monotonic() + 120
    while len(_entries(tmp_path / "cache")) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    kept = _entries(tmp_path / "cache")
    assert 3 <= len(kept) < 32, "killed in the middle of extraction"
    assert not (tmp_path / "out" / "report.json").exists()
    subprocess.run(command, check=True)
    after = _entries(tmp_path / "cache")
    assert len(after) == 32
    assert {path: after[path] for path in kept} == kept
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["exported"]["sha256"] == trained.report["exported"]["sha256"]
    assert report["variants"] == trained.report["variants"]


def test_unwritable_output_is_found_out_at_once(demo_table: Path, built_models: Path) -> None:
    with pytest.raises(OutputError, match="choose a folder"):
        train_classifier(
            Collection.from_table(demo_table), "/proc/none/out", models_dir=built_models
        )


def test_too_many_folds_are_found_out_at_once(
    demo_table: Path, built_models: Path, tmp_path: Path
) -> None:
    with pytest.raises(CollectionError, match="--folds"):
        train_classifier(
            Collection.from_table(demo_table), tmp_path, folds=12, models_dir=built_models
        )


def test_classes_that_differ_in_spelling_only_are_told_at_once(
    demo_table: Path, built_models: Path, tmp_path: Path
) -> None:
    spelled = {"acoustic": "Pop", "electronic": "pop"}
    tracks = [
        replace(track, label=spelled[track.label])
        for track in Collection.from_table(demo_table).tracks
    ]
    progress = Silent()
    with pytest.raises(CollectionError, match="--folds"):
        train_classifier(
            Collection("pop", tuple(tracks)),
            tmp_path,
            folds=12,
            models_dir=built_models,
            progress=progress,
        )
    (warning,) = progress.warnings
    assert warning.startswith("classes Pop, pop differ in spelling only")


@pytest.mark.parametrize(("task", "told"), [("genre_tzanetaki", 1), ("mood_calm", 0)])
def test_a_task_spelled_almost_as_one_of_the_papers_is_told(
    demo_table: Path, built_models: Path, tmp_path: Path, task: str, told: int
) -> None:
    progress = Silent()
    with pytest.raises(CollectionError, match="--folds"):
        train_classifier(
            Collection.from_table(demo_table),
            tmp_path,
            task=task,
            folds=12,
            models_dir=built_models,
            progress=progress,
        )
    warnings = [line for line in progress.warnings if "give --task genre_tzanetakis" in line]
    assert len(warnings) == len(progress.warnings) == told
