from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.export.published import published_weights
from essentia_ldl.networks.architectures import ARCHITECTURES


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_weights_are_those_of_the_checkpoint(name: str, checkpoints: Path) -> None:
    from essentia_ldl.export.backbone import RECIPES
    from essentia_ldl.networks.checkpoint import load_checkpoint
    from essentia_ldl.networks.weights import get_weights

    architecture = ARCHITECTURES[name]
    recipe = RECIPES[architecture.backbone]
    network = recipe.network()
    load_checkpoint(network, checkpoints / recipe.checkpoint)

    weights = published_weights(architecture)

    assert weights.keys() == get_weights(network).keys()
    for path, values in get_weights(network).items():
        np.testing.assert_array_equal(values, weights[path])


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_all_but_the_output_layer_is_taken_over(name: str) -> None:
    from essentia_ldl.networks.weights import initial_weights, pretrained_weights

    network = ARCHITECTURES[name].build(4)
    published = initial_weights(ARCHITECTURES[name].build(50), (1,))

    weights = pretrained_weights(network, published, (2,))

    output_layer = "dense_1" if name == "musicnn" else "dense"
    for path, values in weights.items():
        if path.startswith(f"{output_layer}/"):
            assert values.shape[-1] == 4
        else:
            np.testing.assert_array_equal(values, published[path])
