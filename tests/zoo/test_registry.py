from pathlib import Path

import pytest

from essentia_ldl.errors import BackboneError
from essentia_ldl.zoo import registered_backbones
from essentia_ldl.zoo.registry import registration_of, require_registration

EMBEDDINGS = {
    "audioset-vggish": ("TensorflowPredictVGGish", "model/vggish/embeddings", 128),
    "discogs-effnet-bs64": ("TensorflowPredictEffnetDiscogs", "PartitionedCall:1", 1280),
    "discogs-maest-30s-pw": ("TensorflowPredictMAEST", "PartitionedCall/Identity_7", 768),
    "msd-musicnn": ("TensorflowPredictMusiCNN", "model/dense/BiasAdd", 200),
    "msd-vgg": ("TensorflowPredictMusiCNN", "model/flatten/Reshape", 256),
}


def test_backbones_are_described_in_the_zoos_form() -> None:
    known = registered_backbones()
    assert list(known) == list(EMBEDDINGS)
    for name, metadata in known.items():
        embeddings = metadata.schema_.output("embeddings")
        assert embeddings is not None
        found = metadata.inference.algorithm, embeddings.name, embeddings.size
        assert found == EMBEDDINGS[name]
        assert metadata.inference.sample_rate == 16000
        assert metadata.sha256 is None
        assert metadata.link.startswith("https://essentia.upf.edu/models/")
        assert metadata.link.endswith(f"/{require_registration(name).model_name}.pb")


@pytest.mark.parametrize("name", ["msd-musicnn", "msd-vgg"])
def test_the_taggers_name_their_tags(name: str) -> None:
    metadata = registered_backbones()[name]
    predictions = metadata.schema_.output("predictions")
    assert predictions is not None
    assert (predictions.name, predictions.size) == ("model/Sigmoid", 50)
    assert len(set(metadata.classes)) == 50
    assert metadata.classes[:3] == ["rock", "pop", "alternative"]


@pytest.mark.parametrize(
    "name", ["discogs-maest-30s-pw-2", "discogs-maest-30s-pw", "discogs-maest"]
)
def test_the_only_one_of_a_family_goes_by_the_familys_name(name: str) -> None:
    assert require_registration(name).model_name == "discogs-maest-30s-pw-2"


def test_what_cannot_be_built_is_downloaded() -> None:
    assert require_registration("msd-vgg").how_to_get == "run: essentia-ldl backbones build msd-vgg"
    told = require_registration("audioset-vggish").how_to_get
    assert "https://essentia.upf.edu/models/feature-extractors/vggish/audioset-vggish-3.pb" in told
    assert told.endswith("backbones build audioset-vggish --from audioset-vggish-3.pb")


@pytest.mark.parametrize("name", ["msd-vgg", "msd-vgg-1"])
def test_a_registration_says_where_its_graph_goes(name: str) -> None:
    registration = require_registration(name)
    assert registration.name == "msd-vgg"
    assert registration.graph_in(Path("m")) == Path("m/feature-extractors/vgg/msd-vgg-1.pb")


@pytest.mark.parametrize("name", ["msd-vgg-2", "vgg", "msd", "discogs", ""])
def test_other_names_stand_for_nothing(name: str) -> None:
    assert registration_of(name) is None


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(BackboneError, match="did you mean msd-musicnn"):
        require_registration("msd-musicn")
    with pytest.raises(BackboneError, match=r"known are .*msd-musicnn, msd-vgg"):
        require_registration("quux")
