import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import (
    BackboneError,
    DownloadError,
)
from essentia_ldl.features.algorithms import load_mono, resample, run_backbone
from essentia_ldl.files import sha256_of
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import Backbone, ModelMetadata, find_backbone, registered_backbones

MUSICNN = "feature-extractors/musicnn/msd-musicnn-1.pb"
CLIP = "metal/metal.00000.flac"


def _answer(backbone: Backbone, clip: Path, graph: Path, node: str) -> NDArray[np.float32]:
    return run_in_worker(_answer_in_essentia, clip, graph, backbone.metadata, node)


def _answer_in_essentia(
    clip: Path, graph: Path, metadata: ModelMetadata, node: str
) -> NDArray[np.float32]:
    signal = resample(*load_mono(clip), metadata.inference.sample_rate, quality=4)
    return run_backbone(signal, graph, metadata, node)


def test_every_registered_backbone_can_be_built() -> None:
    from essentia_ldl.export.backbone import RECIPES

    known = registered_backbones()
    assert set(RECIPES) == {name for name, metadata in known.items() if metadata.checkpoint}


@pytest.mark.shared
@pytest.mark.parametrize("node", ["model/Sigmoid", "model/dense/BiasAdd"])
def test_msd_musicnn_answers_as_the_zoos_own_file(
    built_models: Path, shared: Path, node: str
) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    clip = shared / "data" / "gtzan" / CLIP
    built = _answer(backbone, clip, backbone.graph, node)
    zoo = _answer(backbone, clip, shared / "zoo" / "msd-musicnn-1.pb", node)
    assert len(built) >= 9
    np.testing.assert_allclose(built, zoo, rtol=0, atol=1e-6)


def test_the_json_says_what_was_built_from_what(built_models: Path) -> None:
    backbone = find_backbone("msd-musicnn", built_models)
    content = json.loads(backbone.graph.with_suffix(".json").read_text())
    assert content["sha256"] == sha256_of(backbone.graph) == backbone.sha256
    assert content["framework_version"].startswith("2.")
    assert content["provenance"]["source"] == "musicnn==0.1.0 (PyPI), MSD_musicnn"
    assert len(content["provenance"]["source_sha256"]) == 64
    assert 0 <= content["provenance"]["parity_max_scaled_diff"] <= 1e-5
    shipped = registered_backbones()["msd-musicnn"].to_dict()
    added = {"sha256", "provenance", "framework_version", "onnxruntime"}
    assert {key: value for key, value in content.items() if key not in added} == {
        key: value for key, value in shipped.items() if key not in added
    }


def test_msd_vgg_is_built_beside_it(built_vgg: Path) -> None:
    backbone = find_backbone("msd-vgg", built_vgg)
    assert backbone.graph == built_vgg / "feature-extractors/vgg/msd-vgg-1.pb"
    assert (backbone.embedding_output, backbone.embedding_size) == ("model/flatten/Reshape", 256)


def test_a_whole_backbone_is_kept_and_a_damaged_one_built_again(
    built_vgg: Path, lone_pip: pytest.MonkeyPatch
) -> None:
    from essentia_ldl.export.backbone import build_backbone

    built = find_backbone("msd-vgg", built_vgg)
    written = built.graph.stat().st_mtime_ns
    with lone_pip.context() as patch:
        patch.setenv("ESSENTIA_LDL_CACHE", str(built_vgg / "without-wheel"))
        assert build_backbone("msd-vgg", built_vgg) == built
    assert built.graph.stat().st_mtime_ns == written

    built.graph.write_bytes(built.graph.read_bytes()[:-1])
    with pytest.raises(BackboneError, match="damaged"):
        find_backbone("msd-vgg", built_vgg)
    again = build_backbone("msd-vgg-1", built_vgg)
    assert again.sha256 == built.sha256
    assert {path.name for path in built.graph.parent.iterdir()} == {
        "msd-vgg-1.pb",
        "msd-vgg-1.json",
        "msd-vgg-1.spectrogram.onnx",
    }


def test_nothing_is_written_where_the_wheel_cannot_be_had(
    tmp_path: Path, lone_pip: pytest.MonkeyPatch
) -> None:
    from essentia_ldl.export.backbone import build_backbone

    lone_pip.setenv("ESSENTIA_LDL_CACHE", str(tmp_path / "cache"))
    with pytest.raises(DownloadError, match="pip could not fetch it"):
        build_backbone("msd-musicnn", tmp_path / "models")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_unknown_backbone_is_refused(tmp_path: Path) -> None:
    from essentia_ldl.export.backbone import build_backbone

    with pytest.raises(BackboneError, match="msd-musicnn"):
        build_backbone("msd-mus", tmp_path)
