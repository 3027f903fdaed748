from pathlib import Path

import pytest

from essentia_ldl.errors import BackboneError
from essentia_ldl.zoo import registered_backbones
from essentia_ldl.zoo.registry import registration_of, require_registration


def test_both_backbones_are_described_in_the_zoos_form() -> None:
    known = registered_backbones()
    assert list(known) == ["msd-musicnn", "msd-vgg"]
    for metadata in known.values():
        assert metadata.schema_.inputs[0].name == "model/Placeholder"
        assert metadata.schema_.inputs[0].shape == [187, 96]
        predictions = metadata.schema_.output("predictions")
        assert predictions is not None
        assert (predictions.name, predictions.size) == ("model/Sigmoid", 50)
        assert len(set(metadata.classes)) == 50
        assert metadata.classes[:3] == ["rock", "pop", "alternative"]
        assert metadata.inference.algorithm == "TensorflowPredictMusiCNN"
        assert metadata.inference.sample_rate == 16000
        assert metadata.sha256 is None


@pytest.mark.parametrize("name", ["msd-vgg", "msd-vgg-1"])
def test_a_registration_says_where_its_graph_goes(name: str) -> None:
    registration = require_registration(name)
    assert registration.name == "msd-vgg"
    assert registration.graph_in(Path("m")) == Path("m/feature-extractors/vgg/msd-vgg-1.pb")


@pytest.mark.parametrize("name", ["msd-vgg-2", "vgg", ""])
def test_other_names_stand_for_nothing(name: str) -> None:
    assert registration_of(name) is None


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(BackboneError, match="did you mean msd-musicnn"):
        require_registration("msd-musicn")
    with pytest.raises(BackboneError, match="known are msd-musicnn, msd-vgg"):
        require_registration("quux")
