import numpy as np
import pytest

from essentia_ldl.networks.architectures import ARCHITECTURES
from essentia_ldl.networks.weights import (
    TrainedNetwork,
    get_weights,
    initial_weights,
    set_weights,
)
from tests.networks.tiny import TINY


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_fresh_weights_are_distributed_as_keras_ones(name: str) -> None:
    network = ARCHITECTURES[name].build(5)
    keras_ones, ours = get_weights(network), initial_weights(network, (1,))
    assert keras_ones.keys() == ours.keys()
    for path, values in keras_ones.items():
        assert ours[path].shape == values.shape
        assert ours[path].dtype == values.dtype
        if path.endswith("/kernel"):
            limit = np.abs(values).max()
            assert np.abs(ours[path]).max() == pytest.approx(limit, rel=0.05)
            assert ours[path].std() == pytest.approx(values.std(), rel=0.05)
        else:
            np.testing.assert_array_equal(ours[path], values)


def test_fresh_weights_depend_on_the_key_alone() -> None:
    one, again, other = (initial_weights(TINY.build(2), key) for key in ((1,), (1,), (1, 0)))
    np.testing.assert_array_equal(one["dense/kernel"], again["dense/kernel"])
    assert not np.array_equal(one["dense/kernel"], other["dense/kernel"])


def test_network_is_built_with_its_weights() -> None:
    weights = initial_weights(TINY.build(2), (1,))
    built = get_weights(TrainedNetwork(TINY, 2, weights).build())
    for path, values in weights.items():
        np.testing.assert_array_equal(built[path], values)


def test_weight_that_is_missing() -> None:
    with pytest.raises(KeyError, match="conv1d/kernel"):
        set_weights(TINY.build(2), {})
