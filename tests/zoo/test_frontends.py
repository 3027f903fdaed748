from typing import Any

import numpy as np
import pytest

from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import nodes, registered_backbones
from essentia_ldl.zoo.frontends import FRONT_ENDS


def _documented_defaults(algorithm: str) -> dict[str, str]:
    parameters: list[dict[str, Any]] = getattr(essentia_standard(), algorithm).__struct__[
        "parameters"
    ]
    return {parameter["name"]: parameter["default"] for parameter in parameters}


def _n_bands_and_frames(algorithm: str, frame_size: int, hop_size: int, n: int) -> tuple[int, int]:
    es = essentia_standard()
    bands = getattr(es, algorithm.replace("Predict", "Input"))()
    frames = es.FrameGenerator(np.zeros(n, np.float32), frameSize=frame_size, hopSize=hop_size)
    all_bands = [bands(frame) for frame in frames]
    return len(all_bands[0]), len(all_bands)


@pytest.mark.parametrize("algorithm", FRONT_ENDS)
def test_front_ends_are_essentias(algorithm: str) -> None:
    front_end = FRONT_ENDS[algorithm]
    defaults = run_in_worker(_documented_defaults, algorithm)
    assert int(defaults["patchSize"]) == front_end.patch_size
    assert int(defaults["patchHopSize"]) == front_end.patch_hop_size
    assert defaults["input"] == nodes.INPUT

    # Another frame size than its own is refused by TensorflowInput*.
    sizes = front_end.frame_size, front_end.hop_size
    for n_samples, n_frames in (
        (front_end.patch_samples, front_end.patch_size),
        (front_end.patch_samples - 1, front_end.patch_size - 1),
    ):
        found = run_in_worker(_n_bands_and_frames, algorithm, *sizes, n_samples)
        assert found == (front_end.n_bands, n_frames)


def test_registered_backbones_take_their_front_ends_patches() -> None:
    for metadata in registered_backbones().values():
        (patches,) = metadata.schema_.inputs
        assert tuple(patches.shape) == FRONT_ENDS[metadata.inference.algorithm].patch_shape
        assert patches.name == nodes.INPUT
