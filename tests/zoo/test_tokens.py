import numpy as np
import pytest

from essentia_ldl.zoo import ModelMetadata, registered_backbones
from essentia_ldl.zoo.metadata import Output
from essentia_ldl.zoo.tokens import pool_tokens, pooled_size


def test_tokens_become_one_row_a_patch(rng: np.random.Generator) -> None:
    tokens = rng.normal(size=(3, 1, 119, 7)).astype(np.float32)
    before = tokens.copy()
    pooled = pool_tokens(tokens)
    assert pooled.shape == (3, 21)
    assert pooled.dtype == np.float32
    np.testing.assert_array_equal(pooled[:, :7], tokens[:, 0, 0])
    np.testing.assert_array_equal(pooled[:, 7:14], tokens[:, 0, 1])
    np.testing.assert_allclose(pooled[:, 14:], tokens[:, 0, 2:].mean(axis=1), atol=1e-6)
    np.testing.assert_array_equal(tokens, before)


@pytest.mark.parametrize(
    ("name", "shape", "size"),
    [
        ("discogs-maest-30s-pw", [1, -1, 768], 2304),
        ("discogs-maest-30s-pw", [1, 400], 400),
        ("msd-musicnn", [1, 200], 200),
        ("discogs-effnet-bs64", [64, 1280], 1280),
    ],
)
def test_only_maests_tokens_are_joined(name: str, shape: list[int], size: int) -> None:
    metadata: ModelMetadata = registered_backbones()[name]
    assert pooled_size(metadata, Output(name="x", shape=shape)) == size
