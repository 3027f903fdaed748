"""Which approach the options ask for: the one place that decides between heads and networks."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.approaches.base import Approach
from essentia_ldl.approaches.heads import HeadApproach
from essentia_ldl.approaches.networks import NetworkApproach
from essentia_ldl.errors import OptionError
from essentia_ldl.progress import Progress

DEFAULT_MODE = "frozen"


def choose_approach(
    *,
    network: str | None,
    mode: str,
    backbone: str,
    engine: str | None,
    cache_dir: Path | None,
    models_dir: Path | None,
    progress: Progress,
) -> Approach:
    """Return heads on the backbone's embeddings, or, where one is named, a whole network.

    Raises
    ------
    OptionError
        If an option is unknown, or has nothing to do with the approach.
    BackboneError, ModelError, DownloadError, OutputError
        If a backbone, or the published weights of a network, cannot be had.
    """
    if network is None:
        if mode != DEFAULT_MODE:
            raise OptionError(
                f"is a way to train a network, and none is named ({mode})",
                subject="mode",
                remedy="name one too: --network musicnn",
            )
        return HeadApproach.of(backbone, engine, cache_dir=cache_dir, models_dir=models_dir)
    if engine is not None:
        raise OptionError(
            "computes the embeddings that heads learn from, and a network is trained",
            subject=f"engine {engine}",
            remedy="leave --engine or --network out",
        )
    return NetworkApproach.of(
        network,
        mode,
        backbone=backbone,
        cache_dir=cache_dir,
        models_dir=models_dir,
        progress=progress,
    )
