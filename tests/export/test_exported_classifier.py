from pathlib import Path
from typing import Any

import numpy as np
import pytest

from essentia_ldl.errors import ParityError
from essentia_ldl.files import sha256_of
from essentia_ldl.networks.heads import initial_head
from essentia_ldl.zoo import Backbone, ModelMetadata, find_backbone

HEAD = initial_head((0,), 200, 100, 2)


@pytest.fixture(scope="module")
def backbone(built_models: Path) -> Backbone:
    return find_backbone("msd-musicnn", built_models)


def _metadata(backbone: Backbone, **label_enhancement: Any) -> ModelMetadata:
    from essentia_ldl.export.classifier import head_metadata

    return head_metadata(
        HEAD,
        "mood_happy",
        ("happy", "non_happy"),
        backbone,
        dataset={"name": "demo", "size": "40 tracks", "metrics": {}},
        label_enhancement=label_enhancement,
        training={"epochs": 150},
    )


def test_metadata_name_what_essentia_needs(backbone: Backbone) -> None:
    content = _metadata(backbone, labels="s_b").to_dict()
    assert content["name"] == "mood happy"
    assert content["classes"] == ["happy", "non_happy"]
    assert content["inference"] == {
        "sample_rate": 16000,
        "resample_quality": 4,
        "algorithm": "TensorflowPredict2D",
        "embedding_model": {
            "algorithm": "TensorflowPredictMusiCNN",
            "model_name": "msd-musicnn-1",
            "link": backbone.metadata.link,
        },
    }
    assert [(node["name"], node["shape"]) for node in content["schema"]["outputs"]] == [
        ("model/Softmax", [2]),
        ("model/dense/BiasAdd", [100]),
    ]


def test_the_paper_is_cited_for_its_label_enhancements_only(backbone: Backbone) -> None:
    assert "label distribution learning" in _metadata(backbone, labels="s_a").citation
    assert _metadata(backbone, labels="none").citation == ""
    assert _metadata(backbone).citation == ""


def test_what_is_written_says_how_near_essentia_is(
    backbone: Backbone, tmp_path: Path, rng: np.random.Generator
) -> None:
    from essentia_ldl.export.classifier import export_classifier, model_name

    stem = tmp_path / model_name("mood_happy", backbone)
    embeddings = rng.normal(size=(5, 200)).astype(np.float32)
    metadata = _metadata(backbone, labels="none")
    exported = export_classifier(HEAD, metadata, stem, embeddings=embeddings)
    assert exported.pb == tmp_path / "mood_happy-msd-musicnn-1.pb"
    assert exported.sha256 == sha256_of(exported.pb)
    assert ModelMetadata.read(exported.json) == metadata.model_copy(
        update={"sha256": exported.sha256, "parity_max_abs_diff": exported.parity_max_abs_diff}
    )


def test_nothing_is_written_without_parity(backbone: Backbone, tmp_path: Path) -> None:
    from essentia_ldl.export.classifier import export_classifier

    metadata = _metadata(backbone)
    unusable = np.full((5, 200), np.nan, np.float32)
    with pytest.raises(ParityError):
        export_classifier(HEAD, metadata, tmp_path / "head", embeddings=unusable)
    assert not list(tmp_path.iterdir())
