from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import ParityError
from essentia_ldl.export.network import export_network, network_metadata, network_name
from essentia_ldl.networks.architectures import ARCHITECTURES
from essentia_ldl.networks.modes import MODES
from essentia_ldl.networks.weights import TrainedNetwork, initial_weights
from essentia_ldl.zoo import ModelMetadata

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def network() -> TrainedNetwork:
    architecture = ARCHITECTURES["vgg"]
    return TrainedNetwork(architecture, 3, initial_weights(architecture.build(3), (1,)))


@pytest.fixture(scope="module")
def metadata(network: TrainedNetwork) -> ModelMetadata:
    return network_metadata(
        network,
        "letters",
        CLASSES,
        sample_rate=16000,
        resample_quality=4,
        dataset={"name": "made up"},
        label_enhancement={"labels": "none"},
        training={},
    )


def test_export_is_the_same_graph_in_every_process(
    network: TrainedNetwork, metadata: ModelMetadata, tmp_path: Path
) -> None:
    from essentia_ldl.export.network_graph import freeze_network

    exported = export_network(network, metadata, "letters-vgg-scratch-1", tmp_path)

    assert exported.pb.read_bytes() == freeze_network(network)
    assert exported.parity_max_abs_diff <= 3e-5
    assert ModelMetadata.read(exported.json).sha256 == exported.sha256


def test_other_numbers_in_essentia_refuse_the_export(
    network: TrainedNetwork,
    metadata: ModelMetadata,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = {name: 1.01 * values for name, values in network.weights.items()}
    wrong = TrainedNetwork(network.architecture, 3, other)
    monkeypatch.setattr("essentia_ldl.export.network._freeze", _freeze_of(wrong))

    with pytest.raises(ParityError):
        export_network(network, metadata, "letters-vgg-scratch-1", tmp_path)
    assert not list(tmp_path.iterdir())


def _freeze_of(other: TrainedNetwork) -> object:
    from functools import partial

    return partial(_freeze_other, other)


def _freeze_other(other: TrainedNetwork, network: TrainedNetwork) -> bytes:
    from essentia_ldl.export.network_graph import freeze_network

    return freeze_network(other)


def test_name_tells_network_and_mode(network: TrainedNetwork) -> None:
    assert network_name("mood_happy", network, MODES["frozen"]) == "mood_happy-vgg-frozen-1"


def test_metadata_describe_a_whole_model(metadata: ModelMetadata) -> None:
    assert metadata.inference.embedding_model is None
    assert metadata.inference.algorithm == "TensorflowPredictMusiCNN"
    assert np.prod(metadata.schema_.inputs[0].shape) == 187 * 96
