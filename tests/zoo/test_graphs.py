"""What a graph is refused for, before any library has loaded it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essentia_ldl.errors import ModelError
from essentia_ldl.zoo.graphs import check_graph, checked_copy, read_graph
from tests.small_graphs import write_effnet, write_graph, write_maest


@pytest.fixture(scope="module")
def effnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_effnet(tmp_path_factory.mktemp("graphs") / "effnet.pb")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "nodes"),
    [
        ("msd-musicnn-1", ["model/Placeholder", "model/Sigmoid", "model/dense/BiasAdd"]),
        ("genre_dortmund_musicnn_msd", ["model/Placeholder", "model/Sigmoid"]),
        ("emomusic-msd-musicnn-1", ["flatten_in_input", "dense_out"]),
        ("small_vggish_init", ["model/Placeholder", "model/vggish/fc2/Relu"]),
        ("vgg4", ["model/Placeholder", "model/Softmax"]),
    ],
)
def test_the_zoos_graphs_are_accepted(shared: Path, name: str, nodes: list[str]) -> None:
    check_graph(shared / "zoo" / f"{name}.pb", *nodes)


def test_our_own_graphs_are_accepted(built_vgg: Path) -> None:
    for graph in built_vgg.rglob("*.pb"):
        check_graph(graph, "model/Placeholder", "model/Sigmoid")


def test_nodes_and_operations_are_those_that_tensorflow_reads(
    built_models: Path, effnet: Path
) -> None:
    import tensorflow as tf

    for path in (effnet, *built_models.rglob("msd-musicnn-1.pb")):
        graph = tf.compat.v1.GraphDef.FromString(path.read_bytes())
        inner = [node for function in graph.library.function for node in function.node_def]
        content = read_graph(path)
        assert content.nodes == {node.name for node in graph.node}
        assert content.operations == {node.op for node in (*graph.node, *inner)}


def test_functions_transformers_and_outputs_by_number_are_accepted(
    effnet: Path, tmp_path: Path
) -> None:
    check_graph(effnet, "serving_default_melspectrogram", "PartitionedCall:1", "PartitionedCall")
    check_graph(write_maest(tmp_path / "maest.pb"), "melspectrogram", "PartitionedCall/Identity_7")


def _read_file(tf: Any) -> None:
    tf.io.read_file("/etc/hostname")


def _write_file(tf: Any) -> None:
    tf.io.write_file("/tmp/written", "text")


def _save(tf: Any) -> None:
    tf.raw_ops.SaveV2(prefix="x", tensor_names=["a"], shape_and_slices=[""], tensors=[tf.ones(2)])


def _restore(tf: Any) -> None:
    tf.raw_ops.RestoreV2(prefix="x", tensor_names=["a"], shape_and_slices=[""], dtypes=["float"])


def _call_python(tf: Any) -> None:
    tf.numpy_function(lambda: 1.0, [], "float32")


def _print(tf: Any) -> None:
    tf.raw_ops.PrintV2(input="text", output_stream="file:///tmp/printed")


def _loop(tf: Any) -> None:
    tf.raw_ops.LoopCond(input=tf.constant(True))


def _inside_a_function(tf: Any) -> None:
    @tf.function  # type: ignore[untyped-decorator]
    def innocent(x: Any) -> Any:
        return tf.strings.length(tf.io.read_file("/etc/hostname")) + x

    innocent(tf.constant(1))


@pytest.mark.parametrize(
    ("build", "operation"),
    [
        (_read_file, "ReadFile"),
        (_write_file, "WriteFile"),
        (_save, "SaveV2"),
        (_restore, "RestoreV2"),
        (_call_python, "PyFunc"),
        (_print, "PrintV2"),
        (_loop, "LoopCond"),
        (_inside_a_function, "ReadFile"),
    ],
)
def test_operations_outside_the_list_are_refused(
    tmp_path: Path, build: Any, operation: str
) -> None:
    import tensorflow as tf

    graph = write_graph(tmp_path / "model.pb", lambda: build(tf))
    with pytest.raises(ModelError, match=f"'{operation}'") as caught:
        check_graph(graph)
    assert caught.value.subject == str(graph)
    assert "source you trust" in caught.value.remedy


def test_a_second_operation_of_a_node_is_seen(tmp_path: Path) -> None:
    """TensorFlow takes the last of a field that is there twice; either order is refused."""
    for first, second in ((b"\x12\x05Const", b"\x12\x08ReadFile"), (b"\x12\x08ReadFile",) * 2):
        node = b"\x0a\x01a" + first + second
        path = tmp_path / "twice.pb"
        path.write_bytes(b"\x0a" + bytes([len(node)]) + node)
        with pytest.raises(ModelError, match="'ReadFile'"):
            check_graph(path)


def _graph_with(change: Any) -> bytes:
    """A graph of a constant, or what `change` makes of its GraphDef."""
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef()
    graph.node.add(name="a", op="Const")
    change(graph)
    return bytes(graph.SerializeToString())


def _as_a_branch(graph: Any) -> None:
    # TensorFlow puts the operation in the branch's place when it lowers it: the file is written.
    node = graph.node.add(name="b", op="If")
    node.attr["_lower_using_switch_merge"].b = True
    node.attr["then_branch"].func.name = "WriteFile"


def _in_a_list(graph: Any) -> None:
    graph.node.add(name="b", op="NoOp").attr["q"].list.func.add(name="WriteFile")


def _in_an_attribute_of_a_function(graph: Any) -> None:
    function = graph.node.add(name="b", op="PartitionedCall").attr["f"].func
    function.name = "__f"
    function.attr["branch"].func.name = "WriteFile"
    graph.library.function.add().signature.name = "__f"


def _as_a_branch_in_a_function(graph: Any) -> None:
    function = graph.library.function.add()
    function.signature.name = "__f"
    function.node_def.add(name="b", op="If").attr["else_branch"].func.name = "WriteFile"


def _as_a_function(graph: Any) -> None:
    graph.library.function.add().signature.name = "WriteFile"


@pytest.mark.parametrize(
    "change",
    [
        _as_a_branch,
        _in_a_list,
        _in_an_attribute_of_a_function,
        _as_a_branch_in_a_function,
        _as_a_function,
    ],
)
def test_an_operation_in_the_place_of_a_function_is_refused(tmp_path: Path, change: Any) -> None:
    path = tmp_path / "model.pb"
    path.write_bytes(_graph_with(change))
    with pytest.raises(ModelError, match="'WriteFile'"):
        check_graph(path)


def _placeholder(graph: Any) -> None:
    graph.node.add(name="b", op="If").attr["then_branch"].placeholder = "f"


def _recursion(graph: Any) -> None:
    for name, called in (("__f", "__g"), ("__g", "__f")):
        function = graph.library.function.add()
        function.signature.name = name
        function.node_def.add(name="b", op="PartitionedCall").attr["f"].func.name = called


def _nesting(graph: Any) -> None:
    value = graph.node.add(name="b", op="NoOp").attr["q"]
    for _ in range(40):
        value.func.name = "__f"
        value = value.func.attr["q"]
    graph.library.function.add().signature.name = "__f"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_placeholder, "yet to be filled in"),
        (_recursion, "calls itself"),
        (_nesting, "functions in functions"),
    ],
)
def test_functions_that_cannot_be_followed_are_refused(
    tmp_path: Path, change: Any, reason: str
) -> None:
    path = tmp_path / "model.pb"
    path.write_bytes(_graph_with(change))
    with pytest.raises(ModelError, match=reason):
        check_graph(path)


def test_a_copy_is_what_was_checked(effnet: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(effnet, tmp_path))
    content = path.read_bytes()
    with checked_copy(path, "PartitionedCall") as copy:
        path.write_bytes(_graph_with(_as_a_branch))
        for _ in range(2):  # Essentia may open it again.
            assert Path(f"/dev/fd/{copy.fileno()}").read_bytes() == content


def test_what_is_wrong_with_a_copy_is_said_of_the_graph(tmp_path: Path) -> None:
    path = tmp_path / "model.pb"
    path.write_bytes(_graph_with(_as_a_branch))
    with pytest.raises(ModelError, match="'WriteFile'") as caught:
        checked_copy(path)
    assert caught.value.subject == str(path)
    path.unlink()
    with pytest.raises(ModelError, match="No such file") as caught:
        checked_copy(path)
    assert caught.value.subject == str(path)


def test_an_absent_node_is_named(effnet: Path) -> None:
    with pytest.raises(ModelError, match="has no node 'model/Softmax'") as caught:
        check_graph(effnet, "serving_default_melspectrogram", "model/Softmax")
    assert caught.value.subject == str(effnet)
    assert "schema" in caught.value.remedy


def test_a_file_that_is_cut_short_is_refused(effnet: Path, tmp_path: Path) -> None:
    content = effnet.read_bytes()
    cut = tmp_path / "cut.pb"
    for length in range(1, len(content), 97):
        cut.write_bytes(content[:length])
        with pytest.raises(ModelError, match=r"no frozen TensorFlow graph|has no node"):
            check_graph(cut, "PartitionedCall")


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff" * 40, b"no graph" * 100, b"{}", b"\x22\0"])
def test_what_is_no_graph_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.pb"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="is no frozen TensorFlow graph") as caught:
        check_graph(path)
    assert caught.value.subject == str(path)
    assert caught.value.remedy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_random_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "random.pb"
    path.write_bytes(content)
    with pytest.raises(ModelError):
        check_graph(path, "model/Placeholder")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        read_graph(tmp_path / "absent.pb")
    with pytest.raises(ModelError, match="cannot be read"):
        read_graph(tmp_path)


def test_a_file_that_is_written_anew_is_read_anew(effnet: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(effnet, tmp_path))
    check_graph(path)
    path.write_bytes(b"no graph")
    with pytest.raises(ModelError):
        check_graph(path)
