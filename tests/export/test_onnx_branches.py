"""Which convolutions are recognised as what patches can share, and which are not."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from essentia_ldl.export.onnx_branches import Branches, find_branches
from essentia_ldl.export.onnx_nodes import GraphWriter, Nodes
from essentia_ldl.zoo import registered_backbones

MUSICNN = "feature-extractors/musicnn/msd-musicnn-1.pb"
VGG = "feature-extractors/vgg/msd-vgg-1.pb"


def _of_graph(graph: Path, name: str) -> Branches | None:
    from essentia_ldl.export.onnx_conversion import convert

    return find_branches(Nodes(convert(graph.read_bytes(), registered_backbones()[name])))


def _check_musicnn(found: Branches | None, filters_last: bool) -> None:
    assert found is not None
    assert found.scaling.scale == pytest.approx(0.43954, abs=1e-5)
    assert {
        (
            branch.convolution.kernel.shape,
            branch.convolution.before,
            branch.convolution.after,
            branch.convolution.width,
        )
        for branch in found.branches
    } == {
        ((204, 7, 38), 3, 3, 59),
        ((204, 7, 67), 3, 3, 30),
        ((51, 128, 1), 63, 64, 96),
        ((51, 64, 1), 31, 32, 96),
        ((51, 32, 1), 15, 16, 96),
    }
    assert {branch.filters_last for branch in found.branches} == {filters_last}


def test_all_first_convolutions_of_musicnn_are_found(built_models: Path) -> None:
    _check_musicnn(_of_graph(built_models / MUSICNN, "msd-musicnn"), True)


@pytest.mark.shared
def test_all_first_convolutions_of_the_zoos_own_file_are_found(shared: Path) -> None:
    _check_musicnn(_of_graph(shared / "zoo" / "msd-musicnn-1.pb", "msd-musicnn"), False)


def test_vgg_has_none(built_vgg: Path) -> None:
    assert _of_graph(built_vgg / VGG, "msd-vgg") is None


def _network(
    *,
    shape: tuple[int, ...] = (4, 1, 3, 5),
    channels: int = 1,
    convolution: dict[str, Any] | None = None,
    nonlinear: str = "Relu",
    pooled: int = 4,
    scales: int = 1,
    twice: bool = False,
) -> Branches | None:
    """A network like MusiCNN's beginning, and what is found in it; patches are of (9, 8)."""
    writer = GraphWriter()
    image = writer.add("Reshape", "patch", np.array([-1, channels, 9, 8 // channels]))
    scaled = writer.add("Mul", image, np.full(scales, 2, np.float32))
    settings = {"pads": [1, 0, 1, 0], **(convolution or {})}
    tensor = writer.add(
        "Conv", scaled, np.ones(shape, np.float32), np.zeros(4, np.float32), **settings
    )
    rectified = writer.add(nonlinear, tensor)
    normed = writer.add("Mul", rectified, np.full((1, 4, 1, 1), -1, np.float32))
    maxima = writer.add("MaxPool", normed, kernel_shape=[1, pooled])
    features = writer.add("Squeeze", maxima, np.array([3])) if pooled == 4 else maxima
    writer.name_output(features, "features")
    outputs = {"features": ["n"] + ["?"] * (2 if pooled == 4 else 3)}
    if twice:
        writer.name_output(rectified, "rectified")
        outputs["rectified"] = ["n"] + ["?"] * 3
    model = onnx.ModelProto.FromString(writer.model({"patch": ["n", 9, 8]}, outputs))
    return find_branches(Nodes(model))


def test_a_branch_is_read_whole() -> None:
    found = _network()
    assert found is not None
    (branch,) = found.branches
    assert (
        branch.convolution.before,
        branch.convolution.after,
        branch.convolution.width,
        branch.filters_last,
    ) == (1, 1, 4, False)
    np.testing.assert_array_equal(branch.convolution.kernel, np.ones((4, 3, 5)))
    np.testing.assert_array_equal(branch.norm.scale, [-1] * 4)
    np.testing.assert_array_equal(found.scaling.scale, [2])


@pytest.mark.parametrize(
    "other",
    [
        {"convolution": {"pads": [1, 1, 1, 1]}, "pooled": 6},
        {"convolution": {"pads": [2, 0, 2, 0]}},
        {"convolution": {"strides": [2, 1]}},
        {"convolution": {"strides": [1, 2]}, "pooled": 2},
        {"convolution": {"dilations": [1, 1], "pads": [0, 0, 0, 0]}},
        {"nonlinear": "Sigmoid"},
        {"pooled": 3},
        {"scales": 8, "shape": (4, 1, 3, 5)},
        {"channels": 2, "shape": (4, 2, 3, 1)},
        {"twice": True},
    ],
)
def test_what_only_resembles_a_branch_is_none(other: dict[str, Any]) -> None:
    assert _network(**other) is None
