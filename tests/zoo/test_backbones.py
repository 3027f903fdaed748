import json
import shutil
from pathlib import Path

import pytest

from essentia_ldl.errors import BackboneError, ModelError
from essentia_ldl.zoo import cache_folder, find_backbone, models_folder
from tests.small_graphs import write_graph

MUSICNN = Path("feature-extractors/musicnn/msd-musicnn-1.pb")


@pytest.fixture(autouse=True)
def _no_models_of_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ESSENTIA_LDL_MODELS", raising=False)


@pytest.fixture
def models(built_models: Path, tmp_path: Path) -> Path:
    """A copy of the built backbone, to be spoiled."""
    folder = tmp_path / "models"
    (folder / MUSICNN).parent.mkdir(parents=True)
    for suffix in (".pb", ".json"):
        shutil.copy((built_models / MUSICNN).with_suffix(suffix), (folder / MUSICNN).parent)
    return folder


@pytest.mark.parametrize("name", ["msd-musicnn", "msd-musicnn-1"])
def test_a_backbone_is_found_by_name(models: Path, name: str) -> None:
    backbone = find_backbone(name, models)
    assert backbone.graph == models / MUSICNN
    assert (backbone.name, backbone.model_name) == ("msd-musicnn", "msd-musicnn-1")
    assert (backbone.embedding_output, backbone.embedding_size) == ("model/dense/BiasAdd", 200)
    assert backbone.sha256 == backbone.metadata.sha256


def test_a_backbone_is_found_by_its_json(models: Path) -> None:
    moved = models.rename(models.with_name("elsewhere"))
    graph = moved / MUSICNN
    assert find_backbone(str(graph.with_suffix(".json"))).graph == graph


def test_the_environment_and_the_cache_are_searched_in_that_order(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert models_folder() == cache_folder() / "models" == tmp_path / "cache" / "models"
    shutil.copytree(models, cache_folder() / "models")
    assert find_backbone("msd-musicnn").graph == tmp_path / "cache" / "models" / MUSICNN
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(tmp_path / "none"))
    assert find_backbone("msd-musicnn").graph == tmp_path / "cache" / "models" / MUSICNN
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(models))
    assert find_backbone("msd-musicnn").graph == models / MUSICNN
    assert find_backbone("msd-musicnn", tmp_path / "none").graph == models / MUSICNN


def test_a_zoo_file_alone_in_a_folder_takes_the_shipped_metadata(models: Path) -> None:
    flat = models / "msd-musicnn-1.pb"
    (models / MUSICNN).rename(flat)
    backbone = find_backbone("msd-musicnn", models)
    assert backbone.graph == flat
    assert backbone.metadata.sha256 is None
    assert backbone.embedding_size == 200


def test_ones_own_backbone_is_found_by_its_file_name(models: Path) -> None:
    (models / "mine.pb").write_bytes((models / MUSICNN).read_bytes())
    (models / "mine.json").write_bytes((models / MUSICNN).with_suffix(".json").read_bytes())
    assert find_backbone("mine", models).name == "mine"


def test_an_absent_backbone_says_how_to_build_it() -> None:
    with pytest.raises(BackboneError, match="not here yet") as caught:
        find_backbone("msd-vgg-1")
    assert caught.value.remedy == "run: essentia-ldl backbones build msd-vgg"


def test_an_unknown_name_is_no_backbone(models: Path) -> None:
    with pytest.raises(BackboneError, match="did you mean msd-musicnn"):
        find_backbone("msd-musicn", models)


def test_a_changed_graph_is_refused(models: Path) -> None:
    graph = models / MUSICNN
    content = bytearray(graph.read_bytes())
    content[len(content) // 2] ^= 1
    graph.write_bytes(content)
    with pytest.raises(BackboneError, match="damaged") as caught:
        find_backbone("msd-musicnn", models)
    assert caught.value.subject == str(graph)
    assert "backbones build msd-musicnn" in caught.value.remedy


def test_a_json_without_graph_is_refused(models: Path) -> None:
    (models / MUSICNN).unlink()
    with pytest.raises(BackboneError, match="graph cannot be read"):
        find_backbone(str((models / MUSICNN).with_suffix(".json")))
    with pytest.raises(BackboneError, match="not here yet"):
        find_backbone("msd-musicnn", models)


def test_an_absent_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackboneError, match="no such file"):
        find_backbone(str(tmp_path / "absent.json"))


def test_a_broken_json_is_refused(models: Path) -> None:
    path = (models / MUSICNN).with_suffix(".json")
    path.write_text("{")
    with pytest.raises(ModelError, match="not JSON"):
        find_backbone("msd-musicnn", models)


def test_metadata_without_embeddings_are_refused(models: Path) -> None:
    path = (models / MUSICNN).with_suffix(".json")
    content = json.loads(path.read_text())
    del content["schema"]["outputs"][1]
    path.write_text(json.dumps(content))
    with pytest.raises(BackboneError, match="embeddings"):
        find_backbone("msd-musicnn", models)


def test_the_documents_example_is_a_backbone(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "backbones.md").read_text()
    (tmp_path / "my-net-1.json").write_text(guide.partition("```json")[2].partition("```")[0])

    def build() -> None:
        import tensorflow as tf

        patches = tf.compat.v1.placeholder(tf.float32, [None, 187, 96], name="model/Placeholder")
        tf.reduce_mean(patches[:, :, :64], 1, name="model/embeddings")

    write_graph(tmp_path / "my-net-1.pb", build)
    backbone = find_backbone("my-net-1", tmp_path)
    assert (backbone.embedding_output, backbone.embedding_size) == ("model/embeddings", 64)
    assert not backbone.gives_tokens


def test_a_backbone_that_reads_files_is_refused(models: Path) -> None:
    import tensorflow as tf

    graph = models / "mine.pb"
    definition = tf.compat.v1.GraphDef.FromString((models / MUSICNN).read_bytes())
    definition.node.add(name="spy", op="ReadFile", input=["spied_on"])
    graph.write_bytes(definition.SerializeToString())
    content = json.loads((models / MUSICNN).with_suffix(".json").read_text())
    graph.with_suffix(".json").write_text(json.dumps({**content, "sha256": None}))
    with pytest.raises(ModelError, match="'ReadFile'") as caught:
        find_backbone("mine", models)
    assert caught.value.subject == str(graph)


def test_a_backbone_without_the_node_it_names_is_refused(models: Path) -> None:
    path = (models / MUSICNN).with_suffix(".json")
    content = json.loads(path.read_text())
    content["schema"]["outputs"][1]["name"] = "model/nothing"
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match="has no node 'model/nothing'"):
        find_backbone("msd-musicnn", models)


def test_a_backbone_on_patches_that_nobody_cuts_is_refused(models: Path) -> None:
    path = (models / MUSICNN).with_suffix(".json")
    content = json.loads(path.read_text())
    content["schema"]["inputs"][0]["shape"] = [10**9, 96]
    path.write_text(json.dumps(content))
    with pytest.raises(ModelError, match=r"patches of \[1000000000, 96\]") as caught:
        find_backbone("msd-musicnn", models)
    assert caught.value.subject == str(path)
