import numpy as np
import onnx
import onnxruntime
import pytest

from essentia_ldl.export.onnx_nodes import GraphWriter, Nodes, attributes


def _written() -> bytes:
    writer = GraphWriter()
    doubled = writer.add("Mul", "x", np.float32(2))
    again = writer.add("Mul", doubled, np.float32(2))
    writer.name_output(writer.add("Concat", doubled, again, axis=1), "y")
    return writer.model({"x": ["n", 3]}, {"y": ["n", 6]}, {"written_by": "a test"})


def test_a_graph_is_written_and_read() -> None:
    session = onnxruntime.InferenceSession(_written(), providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"x": np.ones((1, 3), np.float32)})
    np.testing.assert_array_equal(answer, [[2, 2, 2, 4, 4, 4]])
    assert session.get_modelmeta().custom_metadata_map == {"written_by": "a test"}
    assert _written() == _written()

    model = onnx.ModelProto.FromString(_written())
    assert len(model.graph.initializer) == 1, "equal constants are kept once"
    nodes = Nodes(model)
    assert nodes.input == "x"
    assert nodes.shape("x") == (-1, 3)
    assert nodes.shape("nothing") == ()
    assert [node.op_type for node in nodes.nodes] == ["Mul", "Mul", "Concat", "Identity"]
    assert attributes(nodes.nodes[2]) == {"axis": 1}
    assert nodes.producer("x") is None
    assert [nodes.is_used_once(name) for name in ("x", "Mul_0", "Mul_1", "y")] == [
        True,
        False,
        True,
        True,
    ]
    (two,) = nodes.constants(nodes.nodes[0])
    assert two == 2
    assert nodes.constant("x") is None


def test_what_is_no_graph_is_not_written() -> None:
    writer = GraphWriter()
    writer.name_output(writer.add("Mul", "x", "nothing"), "y")
    with pytest.raises(onnx.checker.ValidationError):
        writer.model({"x": ["n", 3]}, {"y": ["n", 3]})
