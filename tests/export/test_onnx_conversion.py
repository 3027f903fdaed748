import onnx
import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.onnx_conversion import conversion_errors, patch_graph


def test_names_and_shapes_are_those_of_the_json(head_model: FrozenModel) -> None:
    model = onnx.load_from_string(patch_graph(head_model.graph, head_model.metadata, "head"))
    shapes = {
        value.name: [side.dim_param or side.dim_value for side in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {
        "model/Placeholder": ["n_patches", 200],
        "model/Softmax": ["n_patches", 3],
        "model/dense/BiasAdd": ["n_patches", 100],
    }


def test_a_damaged_graph_is_named(head_model: FrozenModel) -> None:
    with pytest.raises(ModelError, match="head: cannot be converted to ONNX"):
        patch_graph(head_model.graph[:-7], head_model.metadata, "head")


def test_a_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ModelError, match="x: cannot be read: gone"), conversion_errors("x"):
        raise FileNotFoundError(2, "gone")
