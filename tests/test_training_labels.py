"""Label enhancement end to end: real audio, the default preset, votes, whole networks."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.collection import Collection
from essentia_ldl.progress import Silent
from essentia_ldl.training import TrainingResult, train_classifier
from essentia_ldl.zoo import ModelMetadata

LABELS = "s_b,s_b:cross_fit=5,knn:blend=.5,k=3,votes:alpha=1"
OPTIONS: dict[str, Any] = {"folds": 2, "epochs": 3, "seed": 1}
VOTES = (("blues", 2.0), ("jazz", 1.0))


def _train(
    shared: Path, out: Path, cache: Path, models: Path, *, jobs: int, labels: str
) -> TrainingResult:
    collection = Collection.from_folder(shared / "data" / "gtzan")
    first, *others = collection.tracks
    collection = replace(collection, tracks=(replace(first, votes=VOTES), *others))
    return train_classifier(
        collection, out, labels=labels, cache_dir=cache, models_dir=models, jobs=jobs, **OPTIONS
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def trained(
    shared: Path, built_models: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> TrainingResult:
    out = tmp_path_factory.mktemp("out")
    return _train(shared, out, cache, built_models, jobs=2, labels=LABELS)


@pytest.mark.shared
def test_robust_is_exported_beside_the_variants_asked_for(trained: TrainingResult) -> None:
    report = trained.report
    assert tuple(report["variants"]) == (
        "none",
        "s_b",
        "s_b:cross_fit=5",
        "knn:k=3,blend=0.5",
        "votes:alpha=1",
        "robust",
    )
    assert report["exported"]["labels"] == "robust"
    metadata = ModelMetadata.read(trained.model)
    assert metadata.label_enhancement is not None
    assert metadata.label_enhancement["settings"]["space"] == "embedding"
    backbone = metadata.label_enhancement["embedding"]["backbone"]
    assert backbone["name"] == "msd-musicnn"


@pytest.mark.shared
def test_lmnn_by_heart_is_flagged_and_cross_fitted_is_not(trained: TrainingResult) -> None:
    flagged = {name: found["flagged"] for name, found in trained.report["memorisation"].items()}
    assert flagged == {
        "s_b": True,
        "s_b:cross_fit=5": False,
        "knn:k=3,blend=0.5": False,
        "robust": False,
    }
    (told,) = [line for line in trained.report["warnings"] if "by heart" in line]
    assert told.startswith("s_b learns labels by heart: ")
    assert "use s_b:cross_fit=5" in told


@pytest.mark.shared
def test_votes_are_what_every_variant_but_none_trains_on(trained: TrainingResult) -> None:
    voted = {
        name: entry["label_enhancement"]["voted_tracks"]
        for name, entry in trained.report["variants"].items()
    }
    assert voted.pop("none") == 0
    assert set(voted.values()) == {1}
    with trained.files.csv.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    first = rows[0]["path"]
    shares = {row["variant"]: float(row["jazz"]) for row in rows if row["path"] == first}
    assert shares["none"] == 0
    assert shares["votes:alpha=1"] == pytest.approx(2 / 13, abs=1e-6)
    for name in ("robust", "s_b", "knn:k=3,blend=0.5"):
        assert shares[name] == pytest.approx(1 / 3, abs=1e-6)


@pytest.mark.shared
def test_report_names_the_tracks_to_listen_to(trained: TrainingResult) -> None:
    audit = trained.report["audit"]
    assert {key: len(tracks) for key, tracks in audit.items()} == {
        "suspicious": 10,
        "ambiguous": 10,
    }
    suspicion = [track["suspicion"] for track in audit["suspicious"]]
    assert suspicion == sorted(suspicion, reverse=True)
    assert np.sum(list(audit["ambiguous"][0]["distribution"].values())) == pytest.approx(1)


@pytest.mark.shared
def test_same_seed_same_bytes_whatever_the_workers_and_the_other_variants(
    trained: TrainingResult, shared: Path, built_models: Path, cache: Path, tmp_path: Path
) -> None:
    again = _train(shared, tmp_path, cache, built_models, jobs=1, labels="none")
    assert tuple(again.report["variants"]) == ("none", "robust")
    assert again.model.with_suffix(".pb").read_bytes() == (
        trained.model.with_suffix(".pb").read_bytes()
    )
    for key in ("variants", "memorisation"):
        assert again.report[key].items() <= trained.report[key].items()
    assert again.report["audit"] == trained.report["audit"]


def test_networks_learn_labels_that_are_compared_by_embeddings(
    demo_table: Path, built_models: Path, tmp_path: Path
) -> None:
    progress = Silent()
    result = train_classifier(
        Collection.from_table(demo_table),
        tmp_path / "out",
        labels="none",
        network="vgg",
        folds=2,
        epochs=1,
        cache_dir=tmp_path / "cache",
        models_dir=built_models,
        progress=progress,
    )
    assert result.report["network"] == "vgg"
    assert result.report["embedding"]["backbone"]["name"] == "msd-musicnn"
    assert result.report["exported"]["labels"] == "robust"
    assert len(result.report["audit"]["suspicious"]) == 10
