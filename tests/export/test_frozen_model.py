import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.errors import ModelError
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.zoo import ModelMetadata


@pytest.fixture
def copy(head_json: Path, tmp_path: Path) -> Path:
    for suffix in (".pb", ".json"):
        shutil.copy(head_json.with_suffix(suffix), tmp_path)
    return tmp_path / head_json.name


def _change(model_json: Path, **changes: Any) -> None:
    model_json.write_text(json.dumps(json.loads(model_json.read_text()) | changes))


def test_a_model_is_written_as_it_was_read(copy: Path, tmp_path: Path) -> None:
    model = FrozenModel.read(copy)
    assert model.name == "genre_demo-msd-musicnn-1"
    assert model.is_head
    assert model.predictions.name == "model/Softmax"
    pb, described = model.described(link="here").write(tmp_path / "other")
    assert pb.read_bytes() == copy.with_suffix(".pb").read_bytes()
    assert ModelMetadata.read(described) == model.metadata.model_copy(update={"link": "here"})


def test_a_graph_other_than_recorded_is_refused(copy: Path) -> None:
    pb = copy.with_suffix(".pb")
    pb.write_bytes(pb.read_bytes() + b"\0")
    with pytest.raises(ModelError, match="is damaged") as caught:
        FrozenModel.read(copy)
    assert caught.value.subject == str(pb)


def test_a_graph_that_lacks_what_the_json_names_is_refused(copy: Path) -> None:
    schema = json.loads(copy.read_text())["schema"]
    schema["outputs"][1]["name"] = "model/nothing"
    _change(copy, schema=schema)
    with pytest.raises(ModelError, match="has no node 'model/nothing'"):
        FrozenModel.read(copy)


def test_a_file_that_is_no_graph_is_refused(copy: Path) -> None:
    _change(copy, sha256=None)
    copy.with_suffix(".pb").write_bytes(b"no graph")
    with pytest.raises(ModelError) as caught:
        FrozenModel.read(copy)
    assert caught.value.subject == str(copy.with_suffix(".pb"))


def test_a_missing_graph_is_named(copy: Path) -> None:
    copy.with_suffix(".pb").unlink()
    with pytest.raises(ModelError, match="cannot be read: No such file"):
        FrozenModel.read(copy)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"type": "regression model"}, "is a regression model"),
        ({"classes": ["jazz", "pop"]}, "names 2 classes for 3 outputs"),
        (
            {"schema": {"inputs": [{"name": "a", "shape": [2]}],
                        "outputs": [{"name": "b", "shape": [3]}]}},
            "no output with output_purpose 'predictions'",
        ),
    ],
)  # fmt: skip
def test_what_is_no_classifier_is_refused(
    copy: Path, changes: dict[str, Any], problem: str
) -> None:
    _change(copy, **changes)
    with pytest.raises(ModelError, match=problem):
        FrozenModel.read(copy)
