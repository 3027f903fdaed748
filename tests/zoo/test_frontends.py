from typing import Any

import numpy as np
import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import ModelMetadata, nodes, registered_backbones
from essentia_ldl.zoo.frontends import EFFNET_DISCOGS, FRONT_ENDS, MAEST, VGGISH, front_end_of

#: Those of the two algorithms that have no TensorflowInput of their own.
INPUTS = {"TensorflowPredictVGGish": "TensorflowInputVGGish"}


def _documented_defaults(algorithm: str) -> dict[str, str]:
    parameters: list[dict[str, Any]] = getattr(essentia_standard(), algorithm).__struct__[
        "parameters"
    ]
    return {parameter["name"]: parameter["default"] for parameter in parameters}


def _n_bands_and_frames(algorithm: str, frame_size: int, hop_size: int, n: int) -> tuple[int, int]:
    es = essentia_standard()
    bands = getattr(es, INPUTS.get(algorithm, "TensorflowInputMusiCNN"))()
    frames = es.FrameGenerator(np.zeros(n, np.float32), frameSize=frame_size, hopSize=hop_size)
    all_bands = [bands(frame) for frame in frames]
    return len(all_bands[0]), len(all_bands)


@pytest.mark.parametrize("algorithm", FRONT_ENDS)
def test_front_ends_are_essentias(algorithm: str) -> None:
    front_end = FRONT_ENDS[algorithm]
    defaults = run_in_worker(_documented_defaults, algorithm)
    assert int(defaults["patchSize"]) == front_end.patch_size
    assert int(defaults["patchHopSize"]) == front_end.patch_hop_size

    # Another frame size than its own is refused by TensorflowInput*.
    sizes = front_end.frame_size, front_end.hop_size
    enough = front_end.patch_size + front_end.uncounted_frames
    for n_samples, n_frames in (
        (front_end.patch_samples, enough),
        (front_end.patch_samples - 1, enough - 1),
    ):
        found = run_in_worker(_n_bands_and_frames, algorithm, *sizes, n_samples)
        assert found == (front_end.n_bands, n_frames)


def test_registered_backbones_take_their_front_ends_patches() -> None:
    for metadata in registered_backbones().values():
        assert front_end_of(metadata, "model.json") is FRONT_ENDS[metadata.inference.algorithm]
    assert registered_backbones()["msd-vgg"].schema_.inputs[0].name == nodes.INPUT


def _taking(algorithm: str, *shape: int, rate: int = 16000) -> ModelMetadata:
    return ModelMetadata.model_validate(
        {
            "name": "network",
            "schema": {
                "inputs": [{"name": "x", "shape": list(shape)}],
                "outputs": [{"name": "y", "shape": [2]}],
            },
            "inference": {"sample_rate": rate, "algorithm": algorithm},
        }
    )


@pytest.mark.parametrize(
    ("algorithm", "shape", "expected"),
    [
        ("TensorflowPredictVGGish", (96, 64), VGGISH),
        ("TensorflowPredictVGGish", (1, 96, 64), VGGISH),
        ("TensorflowPredictEffnetDiscogs", (64, 128, 96), EFFNET_DISCOGS),
        ("TensorflowPredictMAEST", (1, 1876, 96), MAEST),
    ],
)
def test_a_batch_dimension_in_front_does_not_count(
    algorithm: str, shape: tuple[int, ...], expected: object
) -> None:
    assert front_end_of(_taking(algorithm, *shape), "model.json") is expected


@pytest.mark.parametrize(("frames", "hop"), [(1258, 1250), (626, 625), (316, 313)])
def test_maest_has_networks_of_several_lengths(frames: int, hop: int) -> None:
    front_end = front_end_of(_taking("TensorflowPredictMAEST", 1, frames, 96), "model.json")
    assert (front_end.patch_size, front_end.patch_hop_size) == (frames, hop)


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        (_taking("TensorflowPredict2D", 200), "is for TensorflowPredict2D, and sound is for"),
        (
            _taking("TensorflowPredictVGGish", 128, 128),
            r"patches of \[128, 128\].*gives \[96, 64\]",
        ),
        (_taking("TensorflowPredictMusiCNN", 10**9, 96), r"patches of \[1000000000, 96\]"),
        (_taking("TensorflowPredictMusiCNN", -187, 96), r"patches of \[-187, 96\]"),
        (_taking("TensorflowPredictMusiCNN", 187, 96, rate=44100), "44100 Hz.*16000 Hz"),
    ],
)
def test_what_no_algorithm_gives_is_refused(metadata: ModelMetadata, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        front_end_of(metadata, "model.json")
    assert (caught.value.subject, bool(caught.value.remedy)) == ("model.json", True)
