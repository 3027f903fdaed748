"""A transformer's tokens as one embedding for each patch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.zoo.metadata import ModelMetadata, Output

#: Algorithms whose networks give a CLS and a DIST token in front of those of the signal.
TOKEN_ALGORITHMS = frozenset({"TensorflowPredictMAEST"})

_N_POOLED = 3
_N_SPECIAL = 2
_TOKEN_DIMENSIONS = 3

#: `pool_tokens` as a line of a script that has NumPy and the tokens as ``embeddings``.
POOLING_LINE = (
    "embeddings = numpy.concatenate([embeddings[:, 0, 0], embeddings[:, 0, 1], "
    "embeddings[:, 0, 2:].mean(axis=1)], axis=1)"
)


def gives_tokens(metadata: ModelMetadata, output: Output) -> bool:
    """Whether an output gives a patch's tokens, and not one row for it.

    Parameters
    ----------
    metadata : ModelMetadata
    output : Output
        One of its outputs. Tokens have a shape of at least three dimensions.
    """
    known = metadata.inference.algorithm in TOKEN_ALGORITHMS
    return known and len(output.shape) >= _TOKEN_DIMENSIONS


def pooled_size(metadata: ModelMetadata, output: Output) -> int:
    """Number of values for each patch that an output comes to.

    Parameters
    ----------
    metadata : ModelMetadata
    output : Output
        One of its outputs.

    Examples
    --------
    >>> from essentia_ldl.zoo import registered_backbones
    >>> maest = registered_backbones()["discogs-maest-30s-pw"]
    >>> tokens = maest.schema_.output("embeddings")
    >>> tokens.size, pooled_size(maest, tokens)
    (768, 2304)
    """
    return output.size * (_N_POOLED if gives_tokens(metadata, output) else 1)


def pool_tokens(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    """Join each patch's CLS token, its DIST token and the mean of its others.

    It is how MAEST's authors use its tokens for other tasks (Alonso-Jiménez, Serra and Bogdanov,
    "Efficient supervised training of audio transformers for music representation learning",
    ISMIR 2023).

    Parameters
    ----------
    tokens : np.ndarray [shape=(n_patches, 1, n_tokens, n_values)], float32
        As TensorflowPredictMAEST gives them.

    Returns
    -------
    np.ndarray [shape=(n_patches, 3 * n_values)], float32

    Examples
    --------
    >>> pool_tokens(np.float32([[[[1], [2], [3], [5]]]]))
    array([[1., 2., 4.]], dtype=float32)
    """
    signal = tokens[:, 0, _N_SPECIAL:].mean(axis=1, dtype=np.float64)
    rows = [tokens[:, 0, 0], tokens[:, 0, 1], signal]
    return np.concatenate(rows, axis=1).astype(np.float32)
