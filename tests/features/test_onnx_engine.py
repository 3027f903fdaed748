"""onnxruntime's answers from sound on, compared with Essentia's."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.errors import ModelError
from essentia_ldl.features.algorithms import load_mono, resample, run_backbone
from essentia_ldl.features.onnx_engine import run_spectrogram_graph
from essentia_ldl.workers import WorkerPool, run_in_worker
from essentia_ldl.zoo import Backbone, ModelMetadata
from essentia_ldl.zoo.frontends import MUSICNN

TAGS, EMBEDDINGS = "model/Sigmoid", "model/dense/BiasAdd"
TOLERANCES = {TAGS: 1e-5, EMBEDDINGS: 1e-3}

Values = NDArray[np.float32]


def _of_file(path: Path, backbone: Backbone, node: str) -> tuple[Values, Values]:
    signal = resample(*load_mono(path), 16000, quality=4)
    return _both(signal, backbone, node)


def _both(signal: Signal, backbone: Backbone, node: str) -> tuple[Values, Values]:
    metadata = backbone.metadata
    return (
        run_spectrogram_graph(signal, backbone.spectrogram_graph, metadata, node),
        run_backbone(signal, backbone.graph, metadata, node),
    )


@pytest.mark.shared
@pytest.mark.parametrize("node", [TAGS, EMBEDDINGS])
@pytest.mark.parametrize(
    "clip",
    [
        "gtzan/classical/classical.00001.flac",
        "gtzan/metal/metal.00002.flac",
        "essentia-audio/dubstep.mp3",
    ],
)
def test_music_is_answered_as_essentia_answers(
    shared: Path, backbone: Backbone, clip: str, node: str
) -> None:
    ours, theirs = run_in_worker(_of_file, shared / "data" / clip, backbone, node)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCES[node])


# One patch; one more; as many as are run at once, and as many and one.
@pytest.mark.parametrize(
    ("n_patches", "extra"), [(0, 0), (1, -1), (1, 0), (2, 0), (8, 0), (9, 0), (17, 5000)]
)
def test_every_length_is_answered(
    backbone: Backbone, rng: np.random.Generator, n_patches: int, extra: int
) -> None:
    hop = MUSICNN.patch_hop_size * MUSICNN.hop_size
    n_samples = max(1, MUSICNN.patch_samples + (n_patches - 1) * hop + extra)
    signal = np.asarray(0.1 * rng.standard_normal(n_samples), dtype=np.float32)
    ours, theirs = run_in_worker(_both, signal, backbone, EMBEDDINGS)
    assert len(ours) == len(theirs) == max(0, n_patches + (extra < 0) * -1)
    if len(ours):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCES[EMBEDDINGS])


def test_silence_is_answered(backbone: Backbone) -> None:
    signal = np.zeros(5 * 16000, dtype=np.float32)
    ours, theirs = run_in_worker(_both, signal, backbone, TAGS)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=TOLERANCES[TAGS])


@pytest.mark.parametrize(
    ("spoil", "node", "reason"),
    [
        (lambda content: content[:-1], TAGS, "onnxruntime cannot run this graph"),
        (lambda content: b"", TAGS, "onnxruntime cannot run this graph"),
        (lambda content: b"words", TAGS, "onnxruntime cannot run this graph"),
        (lambda content: content, "model/Softmax", "model/Softmax"),
        (None, TAGS, "cannot be read: No such file"),
    ],
)
def test_a_graph_that_cannot_be_run_is_named(
    backbone: Backbone,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes] | None,
    node: str,
    reason: str,
) -> None:
    graph = tmp_path / "a.onnx"
    if spoil:
        graph.write_bytes(spoil(backbone.spectrogram_graph.read_bytes()))
    signal = np.zeros(50000, dtype=np.float32)
    with pytest.raises(ModelError, match=reason) as caught:
        run_in_worker(run_spectrogram_graph, signal, graph, backbone.metadata, node)
    assert caught.value.subject == str(graph)
    assert "build the backbone again" in caught.value.remedy


def test_a_graph_that_is_written_anew_is_read_anew(backbone: Backbone, tmp_path: Path) -> None:
    graph = tmp_path / "a.onnx"
    graph.write_bytes(backbone.spectrogram_graph.read_bytes())
    arguments = np.zeros(50000, dtype=np.float32), graph, backbone.metadata, TAGS
    assert run_in_worker(run_spectrogram_graph, *arguments).shape == (1, 50)
    graph.write_bytes(b"")
    with pytest.raises(ModelError):
        run_in_worker(run_spectrogram_graph, *arguments)


def _memory_after(lengths: Sequence[int], graph: Path, metadata: ModelMetadata) -> list[int]:
    """Resident bytes after tracks of these lengths."""
    noise = np.random.default_rng(0).standard_normal(max(lengths)).astype(np.float32)
    resident = []
    for length in lengths:
        run_spectrogram_graph(noise[:length], graph, metadata, EMBEDDINGS)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident.append(pages * 4096)
    return resident


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_memory_does_not_grow_with_the_number_of_tracks(backbone: Backbone) -> None:
    rng = np.random.default_rng(1)
    lengths = [30 * 16000, *rng.integers(48000, 12 * 16000, size=40).tolist()]
    with WorkerPool(jobs=1) as pool:
        resident = pool.call(_memory_after, lengths, backbone.spectrogram_graph, backbone.metadata)
    assert max(resident[20:]) - max(resident[:20]) < 5 * 2**20
