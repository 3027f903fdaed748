from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, repeat_pad
from essentia_ldl.errors import AudioError
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.features.embeddings import EmbeddingExtractor
from essentia_ldl.features.engines import Engine
from essentia_ldl.features.extractor import Arrays
from essentia_ldl.files import sha256_of
from essentia_ldl.workers import run_in_worker
from essentia_ldl.zoo import Backbone, ModelMetadata

WriteWav = Callable[..., Path]
Embeddings = NDArray[np.float32]


def _compute(extractor: EmbeddingExtractor, path: Path) -> Arrays:
    return extractor.compute(path)


def _as_users_write_it(path: Path, graph: Path) -> Embeddings:
    es = essentia_standard()
    audio = es.MonoLoader(filename=str(path), sampleRate=16000, resampleQuality=4)()
    model = es.TensorflowPredictMusiCNN(graphFilename=str(graph), output="model/dense/BiasAdd")
    return np.asarray(model(audio), dtype=np.float32)


def _noise(n_samples: int) -> Signal:
    return np.asarray(0.1 * np.random.default_rng(2).standard_normal(n_samples), dtype=np.float32)


@pytest.mark.shared
def test_embeddings_are_those_of_plain_essentia(shared: Path, backbone: Backbone) -> None:
    path = shared / "data" / "essentia-audio" / "dubstep.mp3"
    theirs = run_in_worker(_as_users_write_it, path, backbone.graph)
    ours = run_in_worker(_compute, EmbeddingExtractor.of(backbone, "essentia"), path)
    np.testing.assert_array_equal(ours["embeddings"], theirs)
    assert not ours["repeated"]
    fast = run_in_worker(_compute, EmbeddingExtractor.of(backbone, "onnxruntime"), path)
    np.testing.assert_allclose(fast["embeddings"], theirs, rtol=0, atol=1e-3)


@pytest.mark.parametrize("engine", ["essentia", "onnxruntime"])
@pytest.mark.parametrize(("n_samples", "repeated"), [(8000, True), (47360, True), (47361, False)])
def test_a_clip_shorter_than_a_patch_is_repeated(
    backbone: Backbone, write_wav: WriteWav, n_samples: int, repeated: bool, engine: str
) -> None:
    extractor = EmbeddingExtractor.of(backbone, engine)
    assert extractor.patch_samples == 47361
    signal = _noise(n_samples)
    short, long = (
        write_wav(name, samples=samples)
        for name, samples in {"short.wav": signal, "long.wav": repeat_pad(signal, 47361)}.items()
    )
    arrays = run_in_worker(_compute, extractor, short)
    filled = run_in_worker(_compute, extractor, long)
    assert arrays["embeddings"].shape == (1, 200)
    assert arrays["repeated"] == repeated
    np.testing.assert_array_equal(arrays["embeddings"], filled["embeddings"])


@pytest.mark.shared
def test_the_shortest_signal_that_gives_a_patch_is_known_for_vggish_too(
    shared: Path, write_wav: WriteWav
) -> None:
    graph = shared / "zoo" / "small_vggish_init.pb"
    metadata = ModelMetadata.model_validate(
        {
            "name": "VGGish",
            "schema": {
                "inputs": [{"name": "model/Placeholder", "shape": [96, 64]}],
                "outputs": [
                    {"name": "model/Sigmoid", "shape": [2], "output_purpose": "embeddings"}
                ],
            },
            "inference": {"sample_rate": 16000, "algorithm": "TensorflowPredictVGGish"},
        }
    )
    extractor = EmbeddingExtractor.of(Backbone(metadata, graph, sha256_of(graph)))
    assert extractor.patch_samples == 15041
    for missing in (0, 1):
        path = write_wav("noise.wav", samples=_noise(15041 - missing))
        arrays = run_in_worker(_compute, extractor, path)
        assert len(arrays["embeddings"]) == 1
        assert arrays["repeated"] == bool(missing)


def test_no_sound_is_refused(backbone: Backbone, write_wav: WriteWav) -> None:
    with pytest.raises(AudioError, match="no samples"):
        run_in_worker(
            _compute, EmbeddingExtractor.of(backbone), write_wav("none.wav", samples=_noise(0))
        )


@pytest.mark.parametrize("engine", get_args(Engine))
def test_the_key_follows_the_graphs_content_and_not_its_place(
    backbone: Backbone, engine: Engine
) -> None:
    extractor = EmbeddingExtractor(backbone, 4, engine)
    moved = replace(backbone, graph=Path("/elsewhere/msd-musicnn-1.pb"))
    other = replace(backbone, sha256="0" * 64)
    assert extractor.key.startswith("embeddings-")
    assert EmbeddingExtractor(moved, 4, engine).key == extractor.key
    assert EmbeddingExtractor(other, 4, engine).key != extractor.key
    assert EmbeddingExtractor(backbone, 1, engine).key != extractor.key


def test_engines_do_not_share_what_they_computed(backbone: Backbone) -> None:
    extractor = EmbeddingExtractor.of(backbone)
    assert extractor.engine == "onnxruntime"
    assert EmbeddingExtractor.of(backbone, "essentia").key != extractor.key
    record = backbone.metadata.onnxruntime
    assert record is not None
    converted_otherwise = record.model_copy(update={"sha256": "0" * 64})
    metadata = backbone.metadata.model_copy(update={"onnxruntime": converted_otherwise})
    other = replace(extractor, backbone=replace(backbone, metadata=metadata))
    assert other.key != extractor.key
