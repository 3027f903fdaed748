from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.export.essentia_answers import Answers, essentia_answers, vggish_patches
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.onnx_export import check_onnx, onnx_graph
from tests.small_vggish import SMALL_VGGISH


def test_a_patch_for_every_row(essentia_says: Answers) -> None:
    assert essentia_says.inputs.shape == (13, 187, 96)
    assert {node: values.shape for node, values in essentia_says.outputs.items()} == {
        "model/Softmax": (13, 3),
        "model/dense/BiasAdd": (13, 200),
        "model/head/dense/BiasAdd": (13, 100),
    }


def test_patches_of_vggish_overlap_by_three_frames() -> None:
    signal = np.random.default_rng(0).normal(size=48000).astype(np.float32)
    patches = vggish_patches(signal)
    assert patches.shape == (3, 96, 64)
    np.testing.assert_array_equal(patches[0, 93:], patches[1, :3])


@pytest.mark.shared
def test_patches_of_vggish_are_essentias(shared: Path) -> None:
    pytest.importorskip("onnxruntime", reason="runs the graph on the patches")
    graph = (shared / "zoo" / "small_vggish_init.pb").read_bytes()
    model = FrozenModel("small", SMALL_VGGISH, graph)
    assert check_onnx(onnx_graph(model), essentia_answers(model, None), "small") <= 1e-5


def test_an_algorithm_whose_patches_are_not_cut_here_is_named(joined_model: FrozenModel) -> None:
    inference = joined_model.metadata.inference.model_copy(
        update={"algorithm": "TensorflowPredictMAEST"}
    )
    with pytest.raises(ModelError, match="TensorflowPredictMAEST, whose patches are not cut here"):
        essentia_answers(joined_model.described(inference=inference), None)
