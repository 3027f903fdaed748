"""An exported model as an algorithm of Essentia, each time in a process of its own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.standard import TensorflowPredictLDL
from tests.clean_process import python

SETUP = """
import numpy as np
import soundfile
from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.standard import TensorflowPredictLDL

signal, _ = soundfile.read({audio!r}, dtype="float32")
predict = TensorflowPredictLDL(modelFilename={model!r}, modelsFolder={models!r})
"""


@pytest.fixture(scope="module")
def joined_json(joined_model: FrozenModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return joined_model.write(tmp_path_factory.mktemp("joined"))[1]


@pytest.mark.parametrize("kind", ["head", "joined"])
def test_it_answers_as_essentia_does(
    kind: str,
    head_json: Path,
    joined_json: Path,
    built_models: Path,
    probe_wav: Path,
    essentia_says: Answers,
    tmp_path: Path,
) -> None:
    # The full model by its graph, as Essentia's users are used to.
    model = head_json if kind == "head" else joined_json.with_suffix(".pb")
    setup = SETUP.format(audio=str(probe_wav), model=str(model), models=str(built_models))
    checks = """
rows = predict(signal)
assert rows.dtype == np.float32
assert predict.classes == ("jazz", "pop", "rock")
assert np.array_equal(predict.compute(signal.astype(np.float64)), rows)
assert predict(signal[:16000]).shape == (1, 3)
assert np.isfinite(predict(np.zeros(50000))).all()
for wrong in (np.zeros((2, 3)), [np.nan] * 50000, [], "a.wav", None, [[1], [1, 2]]):
    try:
        predict(wrong)
    except EssentiaLDLError as error:
        assert "Traceback" not in str(error)
    else:
        raise SystemExit("was not refused")
predict.reset()
predict.configure()
try:
    predict(signal)
except EssentiaLDLError as error:
    assert "no model is configured" in str(error)
predict.configure(modelFilename={model!r}, modelsFolder={models!r})
""".replace("{model!r}", repr(str(model))).replace("{models!r}", repr(str(built_models)))
    rows = python(setup + checks, tmp_path)
    assert np.abs(rows - essentia_says.outputs["model/Softmax"]).max() <= 1e-6


def test_it_describes_itself_as_essentias_algorithms_do() -> None:
    code = """
from essentia_ldl.standard import TensorflowPredictLDL
from essentia_ldl.features.algorithms import essentia_standard

mine, theirs = TensorflowPredictLDL(), essentia_standard().TensorflowPredictMusiCNN()
for name in ("name", "inputNames", "outputNames", "parameterNames", "getDoc"):
    assert type(getattr(mine, name)()) is type(getattr(theirs, name)()), name
assert mine.inputNames() == theirs.inputNames()
assert mine.outputNames() == theirs.outputNames()
headings = ("Inputs:", "Outputs:", "Parameters:", "Description:")
places = [[doc.index(heading) for heading in headings] for doc in (mine.getDoc(), theirs.getDoc())]
assert all(found == sorted(found) for found in places)
assert mine.inputType("signal") == theirs.inputType("signal")
assert mine.paramType("modelFilename") == theirs.paramType("graphFilename")
assert mine.paramValue("modelFilename") == ""
for parameters in ({"graph": "a"}, {"modelFilename": "/nowhere/a.json"}):
    try:
        TensorflowPredictLDL(**parameters)
    except Exception as error:
        print(type(error).__name__, error)
"""
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert "OptionError 'graph' is not a parameter of TensorflowPredictLDL" in printed
    assert "ModelError /nowhere/a.json: cannot be read" in printed


def test_beside_tensorflow_it_is_refused() -> None:
    import tensorflow  # noqa: F401

    with pytest.raises(EssentiaLDLError, match="cannot be loaded beside TensorFlow") as caught:
        TensorflowPredictLDL()
    assert "essentia_ldl.Classifier" in caught.value.remedy


def test_importing_it_loads_nothing() -> None:
    assert "tensorflow" not in TensorflowPredictLDL.__module__
    code = (
        "import sys, essentia_ldl.standard as s; print({'essentia', 'tensorflow'} & {*sys.modules})"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "set()"
