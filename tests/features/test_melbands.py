"""Mel bands in blocks, compared with those that Essentia's networks are fed with."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.features.algorithms import essentia_standard, load_mono, resample, run_backbone
from essentia_ldl.features.melbands import MEL_BANDS, musicnn_bands
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import ModelMetadata
from essentia_ldl.zoo.frontends import FRONT_ENDS, FrontEnd

Bands = NDArray[np.float32]
ALGORITHMS = ("TensorflowPredictMusiCNN", "TensorflowPredictVGGish")
OUTPUT = "model/Sigmoid"
TOLERANCE = 1e-4


def _frame_by_frame(signal: Signal, algorithm: str, front_end: FrontEnd) -> Bands:
    es = essentia_standard()
    bands = getattr(es, algorithm.replace("Predict", "Input"))()
    frames = es.FrameGenerator(signal, frameSize=front_end.frame_size, hopSize=front_end.hop_size)
    return np.array([bands(frame) for frame in frames])


def _music(path: Path) -> Signal:
    return resample(*load_mono(path), 16000, quality=4)


@pytest.fixture(scope="module")
def transparent(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, ModelMetadata]]:
    """Graphs that answer with the very patch that they were fed."""
    import keras

    from essentia_ldl.export.freeze import freeze_keras

    found = {}
    for algorithm in ALGORITHMS:
        n_frames, n_bands = shape = FRONT_ENDS[algorithm].patch_shape
        patch = keras.Input(shape)
        network = keras.Model(patch, keras.layers.Reshape((n_frames * n_bands,))(patch))
        graph = tmp_path_factory.mktemp("transparent") / f"{algorithm}.pb"
        graph.write_bytes(freeze_keras(network, [OUTPUT]))
        metadata = ModelMetadata.model_validate(
            {
                "name": "transparent",
                "schema": {
                    "inputs": [{"name": "model/Placeholder", "shape": list(shape)}],
                    "outputs": [{"name": OUTPUT, "shape": [n_frames * n_bands]}],
                },
                "inference": {"sample_rate": 16000, "algorithm": algorithm},
            }
        )
        found[algorithm] = graph, metadata
    return found


def _check_patches(signal: Signal, graph: Path, metadata: ModelMetadata) -> int:
    """Compare every patch that the graph is fed with; return how many there are."""
    algorithm = metadata.inference.algorithm
    front_end = FRONT_ENDS[algorithm]
    fed = run_in_worker(run_backbone, signal, graph, metadata, OUTPUT)
    bands = MEL_BANDS[algorithm](signal)
    starts = range(0, len(bands) - front_end.patch_size + 1, front_end.patch_hop_size)
    assert len(fed) == len(starts)
    for patch, start in zip(fed, starts, strict=True):
        ours = bands[start : start + front_end.patch_size]
        np.testing.assert_allclose(ours.ravel(), patch, rtol=0, atol=TOLERANCE)
    return len(fed)


@pytest.mark.shared
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("clip", ["rock/rock.00000.flac", "classical/classical.00000.flac"])
def test_music_gives_the_patches_that_the_network_is_fed(
    transparent: dict[str, tuple[Path, ModelMetadata]], shared: Path, algorithm: str, clip: str
) -> None:
    signal = run_in_worker(_music, shared / "data" / "gtzan" / clip)
    assert _check_patches(signal, *transparent[algorithm]) > 5


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("extra", [-1, 0, 1, 255, 256, 257, 93 * 256 - 1, 93 * 256])
def test_patches_begin_and_end_where_the_networks_do(
    transparent: dict[str, tuple[Path, ModelMetadata]],
    rng: np.random.Generator,
    algorithm: str,
    extra: int,
) -> None:
    n_samples = FRONT_ENDS[algorithm].patch_samples + extra
    signal = np.asarray(0.1 * rng.standard_normal(n_samples), dtype=np.float32)
    assert _check_patches(signal, *transparent[algorithm]) >= (extra >= 0)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(n_samples=st.integers(1, 3000), seed=st.integers(0, 99), loudness=st.sampled_from([0, 1, 9]))
def test_every_length_gives_the_frames_that_essentia_cuts(
    algorithm: str, n_samples: int, seed: int, loudness: float
) -> None:
    noise = np.random.default_rng(seed).standard_normal(n_samples)
    signal = np.asarray(0.1 * loudness * noise, dtype=np.float32)
    before = signal.copy()
    theirs = run_in_worker(_frame_by_frame, signal, algorithm, FRONT_ENDS[algorithm])
    np.testing.assert_allclose(MEL_BANDS[algorithm](signal), theirs, rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(signal, before)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_digital_silence_is_silence(
    transparent: dict[str, tuple[Path, ModelMetadata]], algorithm: str
) -> None:
    assert _check_patches(np.zeros(80000, dtype=np.float32), *transparent[algorithm])


def test_an_empty_signal_has_no_frame() -> None:
    assert musicnn_bands(np.empty(0, dtype=np.float32)).shape == (0, 96)


def test_bands_are_those_of_known_front_ends() -> None:
    assert set(MEL_BANDS) == set(ALGORITHMS) <= set(FRONT_ENDS)
