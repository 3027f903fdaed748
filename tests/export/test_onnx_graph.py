"""Converted graphs, compared with TensorFlow's answers to each patch."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError
from essentia_ldl.zoo import ModelMetadata, registered_backbones
from essentia_ldl.zoo.frontends import FRONT_ENDS
from tests.small_vggish import SMALL_VGGISH

MUSICNN = "feature-extractors/musicnn/msd-musicnn-1.pb"
VGG = "feature-extractors/vgg/msd-vgg-1.pb"

Values = NDArray[np.float32]


def _in_tensorflow(graph: Path, metadata: ModelMetadata, patches: Values) -> dict[str, Values]:
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef.FromString(graph.read_bytes())
    names = [output.name for output in metadata.schema_.outputs]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(definition, name="")
        feed = {f"{metadata.schema_.inputs[0].name}:0": patches}
        return dict(zip(names, session.run([f"{name}:0" for name in names], feed), strict=True))


def _check_answers(graph: Path, metadata: ModelMetadata, n_frames: int) -> None:
    """Compare all outputs for a block of random frames."""
    from essentia_ldl.export.onnx_graph import spectrogram_graph

    front_end = FRONT_ENDS[metadata.inference.algorithm]
    rng = np.random.default_rng(n_frames)
    bands = rng.gamma(2, size=(n_frames, front_end.n_bands)).astype(np.float32)
    starts = range(0, n_frames - front_end.patch_size + 1, front_end.patch_hop_size)
    patches = np.stack([bands[start : start + front_end.patch_size] for start in starts])
    expected = _in_tensorflow(graph, metadata, patches)
    session = onnxruntime.InferenceSession(
        spectrogram_graph(graph, metadata), providers=["CPUExecutionProvider"]
    )
    for output in metadata.schema_.outputs:
        (values,) = session.run([output.name], {"bands": bands})
        scale = max(1, np.abs(expected[output.name]).max())
        np.testing.assert_allclose(values, expected[output.name], rtol=0, atol=1e-5 * scale)


@pytest.mark.parametrize("n_frames", [187, 279, 280, 187 + 93 * 17 + 50])
def test_a_block_is_answered_as_its_patches_are(built_models: Path, n_frames: int) -> None:
    _check_answers(built_models / MUSICNN, registered_backbones()["msd-musicnn"], n_frames)


def test_what_also_takes_the_patch_itself_is_answered_likewise(
    built_models: Path, tmp_path: Path
) -> None:
    import tensorflow as tf

    definition = tf.compat.v1.GraphDef.FromString((built_models / MUSICNN).read_bytes())
    with tf.Graph().as_default() as graph:
        patch, tags = tf.import_graph_def(
            definition, name="", return_elements=["model/Placeholder:0", "model/Sigmoid:0"]
        )
        loudness = tf.reduce_mean(patch, axis=[1, 2])[:, None]
        tf.add(tags, loudness, name="model/Sum")
    written = tmp_path / "a.pb"
    written.write_bytes(graph.as_graph_def().SerializeToString())
    musicnn = registered_backbones()["msd-musicnn"]
    output = musicnn.schema_.outputs[0].model_copy(update={"name": "model/Sum", "shape": [50]})
    schema = musicnn.schema_.model_copy(update={"outputs": [output]})
    _check_answers(written, musicnn.model_copy(update={"schema_": schema}), 187 + 93)


def test_a_network_of_another_kind_runs_patch_by_patch(built_vgg: Path) -> None:
    _check_answers(built_vgg / VGG, registered_backbones()["msd-vgg"], 187 + 93)


@pytest.mark.shared
def test_the_zoos_own_file_is_answered_as_its_patches_are(shared: Path) -> None:
    graph = shared / "zoo" / "msd-musicnn-1.pb"
    _check_answers(graph, registered_backbones()["msd-musicnn"], 187 + 93 * 2)


@pytest.mark.shared
def test_vggish_is_answered_as_its_patches_are(shared: Path) -> None:
    _check_answers(shared / "zoo" / "small_vggish_init.pb", SMALL_VGGISH, 96 + 93 * 3)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "cannot be converted"), (b"no graph", "cannot be converted"), (None, "cannot be read")],
)
def test_what_cannot_be_converted_is_refused(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    from essentia_ldl.export.onnx_graph import spectrogram_graph

    graph = tmp_path / "a.pb"
    if content is not None:
        graph.write_bytes(content)
    with pytest.raises(ModelError, match=reason) as caught:
        spectrogram_graph(graph, registered_backbones()["msd-musicnn"])
    assert caught.value.subject == str(graph)


@pytest.mark.parametrize("algorithm", ["TensorflowPredictEffnetDiscogs", "TensorflowPredictVGGish"])
def test_other_patches_than_the_networks_are_refused(built_models: Path, algorithm: str) -> None:
    from essentia_ldl.export.onnx_graph import spectrogram_graph

    metadata = registered_backbones()["msd-musicnn"]
    inference = metadata.inference.model_copy(update={"algorithm": algorithm})
    with pytest.raises(ModelError, match="takes other patches"):
        spectrogram_graph(
            built_models / MUSICNN, metadata.model_copy(update={"inference": inference})
        )
