import numpy as np
import pytest

from essentia_ldl.errors import OptionError, ParityError
from essentia_ldl.export import onnx_export
from essentia_ldl.export.deployment import DeployedModel
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.onnx_export import check_onnx, onnx_graph, require_onnx

onnxruntime = pytest.importorskip("onnxruntime", reason="runs ONNX models")
pytest.importorskip("tf2onnx", reason="converts models to ONNX")


def test_a_full_model_answers_as_in_essentia(
    deployed: DeployedModel, essentia_says: Answers
) -> None:
    session = onnxruntime.InferenceSession(deployed.converted["onnx"])
    (patches,) = session.get_inputs()
    assert (patches.name, patches.shape) == ("model/Placeholder", ["n_patches", 187, 96])
    nodes = [output.name for output in deployed.model.metadata.schema_.outputs]
    assert [output.name for output in session.get_outputs()] == nodes
    for n_patches in (1, len(essentia_says.inputs)):
        given = {patches.name: essentia_says.inputs[:n_patches]}
        (probabilities,) = session.run(["model/Softmax"], given)
        expected = essentia_says.outputs["model/Softmax"][:n_patches]
        assert np.abs(probabilities - expected).max() <= 1e-5


def test_a_head_answers_as_in_essentia(head_model: FrozenModel, head_says: Answers) -> None:
    content = onnx_graph(head_model)
    assert check_onnx(content, head_says, "head") <= 1e-5
    wrong = Answers(head_says.inputs, {"model/Softmax": head_says.outputs["model/Softmax"] + 2e-5})
    with pytest.raises(ParityError, match="head: in ONNX it answers otherwise"):
        check_onnx(content, wrong, "head")


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    require_onnx()
    monkeypatch.setattr(onnx_export, "PACKAGES", ("onnxruntime", "no_such_package"))
    with pytest.raises(OptionError, match=r"needs no_such_package, not installed here .*pip"):
        require_onnx()
