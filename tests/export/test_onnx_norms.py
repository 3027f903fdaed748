import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from essentia_ldl.export.onnx_nodes import GraphWriter, Nodes
from essentia_ldl.export.onnx_norms import Affine, read_normed

_ROWS = arrays(np.float32, (4, 3), elements=st.floats(-10, 10, width=32))
_ROW = arrays(np.float32, 3, elements=st.floats(-10, 10, width=32))


@given(values=_ROWS, scale=_ROW, shift=_ROW)
def test_a_maximum_may_come_first(
    values: NDArray[np.float32], scale: NDArray[np.float32], shift: NDArray[np.float32]
) -> None:
    norm = Affine(scale, shift)
    last = (np.maximum(values, 0) * scale + shift).max(axis=0)
    first = np.maximum((values * norm.signs).max(axis=0) * norm.signs, 0) * scale + shift
    np.testing.assert_array_equal(first, last)


def _read(*, operator: str = "Relu", norm_size: int = 4, used_twice: bool = False) -> Affine | None:
    writer = GraphWriter()
    kernel = np.ones((4, 1, 3, 3), np.float32)
    convolved = writer.add("Conv", "x", kernel, np.zeros(4, np.float32))
    scaled = writer.add("Mul", writer.add(operator, convolved), _column(norm_size, 2))
    normed = writer.add("Add", scaled, _column(norm_size, 3))
    writer.name_output(writer.add("MaxPool", normed, kernel_shape=[1, 2]), "y")
    outputs: dict[str, list[str | int]] = {"y": ["n", 4, 3, 2]}
    if used_twice:
        writer.name_output(convolved, "z")
        outputs["z"] = ["n", 4, 3, 3]
    model = onnx.ModelProto.FromString(writer.model({"x": ["n", 1, 5, 5]}, outputs))
    found = read_normed(Nodes(model), normed)
    return found.norm if found else None


def _column(size: int, value: float) -> NDArray[np.float32]:
    return np.full((size, 1, 1), value, np.float32)


def test_a_norm_of_two_nodes_is_read_as_one() -> None:
    norm = _read()
    assert norm is not None
    np.testing.assert_array_equal(norm.scale, [2] * 4)
    np.testing.assert_array_equal(norm.shift, [3] * 4)


@pytest.mark.parametrize("other", [{"operator": "Sigmoid"}, {"norm_size": 1}, {"used_twice": True}])
def test_what_is_no_normed_convolution_is_none(other: dict[str, object]) -> None:
    assert _read(**other) is None  # type: ignore[arg-type]
