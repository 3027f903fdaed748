import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError

EMBEDDINGS = {"MSD_musicnn": "model/dense/BiasAdd", "MSD_vgg": "model/Flatten/flatten/Reshape"}


def _published(
    folder: Path, patches: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tags and embeddings by the graph that was published with the checkpoint."""
    import tensorflow as tf

    v1 = tf.compat.v1
    fetches = ["model/Sigmoid", EMBEDDINGS[folder.name]]
    meta = v1.MetaGraphDef.FromString((folder / ".meta").read_bytes())
    graph_def = v1.graph_util.extract_sub_graph(meta.graph_def, fetches)
    for node in graph_def.node:
        node.attr.pop("_output_shapes", None)
    reader = v1.train.NewCheckpointReader(f"{folder}/")
    with tf.Graph().as_default() as graph, v1.Session(graph=graph) as session:
        tf.import_graph_def(graph_def, name="")
        feed = {}
        for operation in graph.get_operations():
            if operation.name.endswith("/read"):
                variable = operation.name.removesuffix("/read")
                feed[operation.outputs[0]] = reader.get_tensor(variable)
            elif operation.type == "Placeholder":
                training = operation.outputs[0].dtype == tf.bool
                feed[operation.outputs[0]] = False if training else patches
        tags, embeddings = session.run([f"{fetch}:0" for fetch in fetches], feed)
    return tags, embeddings


@pytest.mark.parametrize("checkpoint", ["MSD_musicnn", "MSD_vgg"])
def test_networks_answer_as_the_published_graphs(
    checkpoint: str, checkpoints: Path, rng: np.random.Generator
) -> None:
    import keras

    from essentia_ldl.networks import musicnn, vgg
    from essentia_ldl.networks.checkpoint import load_checkpoint

    module, build = {
        "MSD_musicnn": (musicnn, musicnn.musicnn),
        "MSD_vgg": (vgg, vgg.vgg),
    }[checkpoint]
    network = build()
    load_checkpoint(network, checkpoints / checkpoint)
    embedding = network.get_layer(module.EMBEDDING_LAYER).output
    both = keras.Model(network.input, [network.output, embedding])

    patches = rng.uniform(0, 4, (3, 187, 96)).astype(np.float32)
    tags, embeddings = both.predict_on_batch(patches)
    expected_tags, expected_embeddings = _published(checkpoints / checkpoint, patches)
    # Rounding alone; the pools that the package's source gives to VGG change tags by 0.14.
    np.testing.assert_allclose(tags, expected_tags, atol=2e-6)
    scale = np.abs(expected_embeddings).max()
    np.testing.assert_allclose(embeddings / scale, expected_embeddings / scale, atol=2e-6)


def test_a_checkpoint_of_another_network_is_refused(checkpoints: Path) -> None:
    from essentia_ldl.networks.checkpoint import load_checkpoint
    from essentia_ldl.networks.musicnn import musicnn
    from essentia_ldl.networks.vgg import vgg

    with pytest.raises(ModelError, match="not of this network: 1CNN/bias"):
        load_checkpoint(musicnn(), checkpoints / "MSD_vgg")
    with pytest.raises(ModelError, match="dense/kernel"):
        load_checkpoint(vgg(51), checkpoints / "MSD_vgg")


def test_an_unreadable_checkpoint_is_refused(checkpoints: Path, tmp_path: Path) -> None:
    from essentia_ldl.networks.checkpoint import load_checkpoint
    from essentia_ldl.networks.vgg import vgg

    network = vgg()
    with pytest.raises(ModelError, match="cannot be read"):
        load_checkpoint(network, tmp_path)
    damaged = Path(shutil.copytree(checkpoints / "MSD_vgg", tmp_path / "damaged"))
    (damaged / ".data-00000-of-00001").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be read"):
        load_checkpoint(network, damaged)
    (damaged / ".index").write_bytes(b"\x00" * 100)
    with pytest.raises(ModelError, match="cannot be read"):
        load_checkpoint(network, damaged)
