import base64
import json
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]

from essentia_ldl.errors import ModelError
from essentia_ldl.export import tfjs
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.tfjs import graph_model
from essentia_ldl.zoo import ModelMetadata


def _read_back(files: dict[str, bytes]) -> tf.compat.v1.GraphDef:
    """Put the constants' values back where the format took them out."""
    content = json.loads(files["model.json"])
    (group,) = content["weightsManifest"]
    stream = b"".join(files[path] for path in group["paths"])
    graph = ParseDict(content["modelTopology"], tf.compat.v1.GraphDef())
    nodes = {node.name: node for node in graph.node}
    for weight in group["weights"]:
        kind = np.dtype(weight["dtype"]).newbyteorder("<")
        size = int(np.prod(weight["shape"])) * kind.itemsize
        values = np.frombuffer(stream[:size], kind).reshape(weight["shape"])
        stream = stream[size:]
        nodes[weight["name"]].attr["value"].tensor.CopyFrom(tf.make_tensor_proto(values))
    assert not stream
    return graph


def _values(graph: tf.compat.v1.GraphDef) -> dict[str, Any]:
    return {
        node.name: tf.make_ndarray(node.attr["value"].tensor).tolist()
        if node.op == "Const"
        else node
        for node in graph.node
    }


def test_the_files_hold_the_whole_graph(joined_model: FrozenModel) -> None:
    files = graph_model(joined_model)
    assert list(files) == ["model.json", "group1-shard1of1.bin"]
    graph = tf.compat.v1.GraphDef.FromString(joined_model.graph)
    assert _values(_read_back(files)) == _values(graph)
    assert graph_model(joined_model) == files


def test_shards_are_cut_anywhere(
    joined_model: FrozenModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = graph_model(joined_model)
    monkeypatch.setattr(tfjs, "_SHARD_BYTES", 1000003)
    files = graph_model(joined_model)
    assert list(files) == ["model.json", *(f"group1-shard{i}of4.bin" for i in range(1, 5))]
    assert _read_back(files) == _read_back(whole)


def test_the_signature_names_what_the_json_names(joined_model: FrozenModel) -> None:
    content = json.loads(graph_model(joined_model)["model.json"])
    assert content["format"] == "graph-model"
    assert content["signature"]["inputs"]["model/Placeholder"] == {
        "name": "model/Placeholder:0",
        "dtype": "DT_FLOAT",
        "tensorShape": {"dim": [{"size": "-1"}, {"size": "187"}, {"size": "96"}]},
    }
    # essentia.js takes the only one.
    assert list(content["signature"]["outputs"]) == [joined_model.predictions.name]
    formats = [node["attr"].get("data_format") for node in content["modelTopology"]["node"]]
    assert base64.b64encode(b"NHWC").decode() in {entry["s"] for entry in formats if entry}


def _model(constant: Any, operation: str = "Add") -> FrozenModel:
    with tf.Graph().as_default() as graph:
        value = tf.compat.v1.placeholder(constant.dtype, [None, 2], name="in")
        getattr(tf.raw_ops, operation)(x=value, y=tf.constant(constant, name="c"), name="out")
        tf.constant("left out", name="unneeded")
    metadata = ModelMetadata.model_validate(
        {
            "name": "small",
            "schema": {
                "inputs": [{"name": "in", "shape": [2]}],
                "outputs": [{"name": "out", "shape": [2], "output_purpose": "predictions"}],
            },
            "inference": {"sample_rate": 16000, "algorithm": "TensorflowPredict2D"},
        }
    )
    return FrozenModel("small", metadata, graph.as_graph_def().SerializeToString())


def test_integers_of_64_bits_become_32() -> None:
    files = graph_model(_model(np.array([2**62, -5], np.int64)))
    (weight,) = json.loads(files["model.json"])["weightsManifest"][0]["weights"]
    assert weight == {"name": "c", "shape": [2], "dtype": "int32"}
    values = np.frombuffer(files["group1-shard1of1.bin"], "<i4")
    assert values.tolist() == [2**31 - 1, -5]


def test_what_tensorflow_js_lacks_is_refused() -> None:
    with pytest.raises(ModelError, match=r"operations that are not exported .*: Xlogy"):
        graph_model(_model(np.ones(2, np.float32), "Xlogy"))
    with pytest.raises(ModelError, match="a constant of kind float64"):
        graph_model(_model(np.ones(2, np.float64)))
