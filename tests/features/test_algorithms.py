"""Essentia's algorithms, compared with plain Essentia code as its users write it."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import AudioError, EssentiaLDLError, ModelError
from essentia_ldl.features.algorithms import (
    essentia_standard,
    load_mono,
    musicnn_patches,
    resample,
    run_backbone,
    run_graph,
    run_head,
)
from essentia_ldl.workers import WorkerPool, run_in_worker
from essentia_ldl.zoo import Backbone
from tests.small_graphs import write_graph

Arrays = NDArray[np.float32]
WriteWav = Callable[..., Path]


def _both_loaders(path: Path, rate: int, quality: int) -> tuple[Arrays, Arrays]:
    loader = essentia_standard().MonoLoader(
        filename=str(path), sampleRate=rate, resampleQuality=quality
    )
    return resample(*load_mono(path), rate, quality), loader()


def _patches_through_the_graph(backbone: Backbone, signal: Arrays) -> tuple[Arrays, Arrays]:
    from essentia import Pool

    node_in, node_out = backbone.metadata.schema_.inputs[0].name, backbone.embedding_output
    pool = Pool()
    pool.set(node_in, musicnn_patches(signal)[:, None])
    predict = essentia_standard().TensorflowPredict(
        graphFilename=str(backbone.graph), inputs=[node_in], outputs=[node_out]
    )
    return predict(pool)[node_out].squeeze(), run_backbone(
        signal, backbone.graph, backbone.metadata, node_out
    )


def _essentia_beside_tensorflow() -> None:
    sys.modules["tensorflow"] = ModuleType("tensorflow")
    essentia_standard()


@pytest.mark.shared
@pytest.mark.parametrize(("rate", "quality"), [(16000, 4), (44100, 1)])
@pytest.mark.parametrize("name", ["dubstep.mp3", "dubstep.aac", "long_voice.flac"])
def test_samples_are_monoloaders(shared: Path, name: str, rate: int, quality: int) -> None:
    path = shared / "data" / "essentia-audio" / name
    ours, theirs = run_in_worker(_both_loaders, path, rate, quality)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("n_samples", "n_patches"), [(47360, 0), (47361, 1), (80000, 2)])
def test_patches_are_those_the_backbone_sees(
    backbone: Backbone, rng: np.random.Generator, n_samples: int, n_patches: int
) -> None:
    signal = np.asarray(0.1 * rng.standard_normal(n_samples), dtype=np.float32)
    patches = run_in_worker(musicnn_patches, signal)
    assert patches.shape == (n_patches, 187, 96)
    if n_patches > 1:
        ours, theirs = run_in_worker(_patches_through_the_graph, backbone, signal)
        np.testing.assert_array_equal(ours, theirs)


def test_more_than_two_channels_are_refused(write_wav: WriteWav) -> None:
    path = write_wav("three.wav", samples=np.zeros((1000, 3), np.float32))
    with pytest.raises(AudioError, match="more than 2 channels") as caught:
        run_in_worker(load_mono, path)
    assert caught.value.subject == str(path)
    assert "convert" in caught.value.remedy


@pytest.mark.parametrize("content", [b"", b"no music, but words\n" * 100])
def test_what_is_no_audio_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "words.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match="cannot be decoded"):
        run_in_worker(load_mono, path)


def test_a_missing_file_is_named_once() -> None:
    with pytest.raises(AudioError, match="No such file") as caught:
        run_in_worker(load_mono, Path("/nowhere/a.wav"))
    assert str(caught.value).count("a.wav") == 1


def test_a_name_that_is_no_text_is_refused(write_wav: WriteWav) -> None:
    path = write_wav("a.wav")
    path = path.rename(path.with_name("\udcff.wav"))
    with pytest.raises(AudioError, match="UTF-8"):
        run_in_worker(load_mono, path)


def test_rates_too_far_apart_are_refused() -> None:
    with pytest.raises(AudioError, match="from 1 Hz to 16000 Hz"):
        run_in_worker(resample, np.zeros(100, np.float32), 1.0, 16000, 4)


def test_essentia_stays_away_from_tensorflow() -> None:
    with WorkerPool(jobs=1) as pool, pytest.raises(EssentiaLDLError, match="beside TensorFlow"):
        pool.call(_essentia_beside_tensorflow)


@pytest.mark.parametrize("content", [b"", b"no graph" * 100])
def test_a_damaged_graph_is_refused(tmp_path: Path, content: bytes) -> None:
    graph = tmp_path / "head.pb"
    graph.write_bytes(content)
    with pytest.raises(ModelError, match="is no frozen TensorFlow graph") as caught:
        run_in_worker(run_head, np.zeros((1, 200), np.float32), graph)
    assert caught.value.subject == str(graph)


def test_a_missing_graph_is_refused() -> None:
    with pytest.raises(ModelError, match="No such file"):
        run_in_worker(run_head, np.zeros((1, 200), np.float32), Path("/nowhere/head.pb"))


def test_a_graph_without_the_node_is_refused(backbone: Backbone) -> None:
    signal = np.zeros(48000, np.float32)
    with pytest.raises(ModelError, match="model/Nothing") as caught:
        run_in_worker(run_backbone, signal, backbone.graph, backbone.metadata, "model/Nothing")
    assert "\n" not in str(caught.value)


def test_a_graph_written_anew_is_read_anew(backbone: Backbone, tmp_path: Path) -> None:
    graph = tmp_path / "backbone.pb"
    arguments = (np.zeros(48000, np.float32), graph, backbone.metadata, backbone.embedding_output)
    graph.write_bytes(backbone.graph.read_bytes())
    assert run_in_worker(run_backbone, *arguments).shape == (1, 200)
    graph.write_bytes(b"no graph")
    with pytest.raises(ModelError):
        run_in_worker(run_backbone, *arguments)


def test_a_graph_answers_after_it_failed(tmp_path: Path) -> None:
    from essentia_ldl.export.head_graph import head_graph
    from essentia_ldl.networks.heads import initial_head

    graph = tmp_path / "head.pb"
    graph.write_bytes(head_graph(initial_head((0,), 200, 100, 2)))
    with WorkerPool(jobs=1) as worker:
        for _ in range(2):
            with pytest.raises(ModelError, match="Essentia cannot run this graph") as caught:
                worker.call(run_head, np.zeros((3, 256), np.float32), graph)
            assert "shape" in caught.value.reason.lower()
            assert worker.call(run_head, np.zeros((3, 200), np.float32), graph).shape == (3, 2)


@pytest.mark.parametrize("algorithm", ["TensorflowPredictNothing", "MonoLoader", "__doc__"])
def test_only_algorithms_for_networks_run_graphs(backbone: Backbone, algorithm: str) -> None:
    nodes = backbone.metadata.schema_.inputs[0].name, backbone.embedding_output
    with pytest.raises(ModelError, match=f"no algorithm '{algorithm}' for networks"):
        run_in_worker(run_graph, np.zeros(48000, np.float32), backbone.graph, algorithm, *nodes)


def test_any_algorithm_runs_a_graph_with_its_own_parameters(
    backbone: Backbone, rng: np.random.Generator
) -> None:
    signal = np.asarray(0.1 * rng.standard_normal(160000), dtype=np.float32)
    nodes = backbone.metadata.schema_.inputs[0].name, backbone.embedding_output
    algorithm = "TensorflowPredictMusiCNN"
    by_default = run_in_worker(run_graph, signal, backbone.graph, algorithm, *nodes)
    theirs = run_in_worker(
        run_backbone, signal, backbone.graph, backbone.metadata, backbone.embedding_output
    )
    np.testing.assert_array_equal(by_default, theirs)
    sparse = run_in_worker(_every_186_frames, signal, backbone.graph, algorithm, *nodes)
    np.testing.assert_array_equal(sparse, by_default[::2])


def _every_186_frames(signal: Arrays, *arguments: Any) -> Arrays:
    return run_graph(signal, *arguments, patchHopSize=186)


def test_a_graph_that_writes_files_never_reaches_essentia(tmp_path: Path) -> None:
    import tensorflow as tf

    target = tmp_path / "written"

    def build() -> None:
        values = tf.compat.v1.placeholder(tf.float32, [None, 2], name="model/Placeholder")
        with tf.control_dependencies([tf.io.write_file(str(target), "text")]):
            tf.identity(values, name="model/Softmax")

    graph = write_graph(tmp_path / "head.pb", build)
    with pytest.raises(ModelError, match="'WriteFile'"):
        run_in_worker(run_head, np.zeros((1, 2), np.float32), graph)
    assert not target.exists()
    es_runs_it = run_in_worker(_unchecked, graph)
    assert es_runs_it.shape == (1, 2)
    assert target.exists(), "Essentia itself would have run it"


def _unchecked(graph: Path) -> Arrays:
    model = essentia_standard().TensorflowPredict2D(
        graphFilename=str(graph), output="model/Softmax"
    )
    return np.array(model(np.ones((1, 2), np.float32)))
