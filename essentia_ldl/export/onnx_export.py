"""A model in ONNX, once onnxruntime was seen to give Essentia's numbers with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

import numpy as np

from essentia_ldl.errors import OptionError, ParityError
from essentia_ldl.export.essentia_answers import Answers
from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.export.onnx_gate import PACKAGES
from essentia_ldl.export.parity import Values, max_abs_diff
from essentia_ldl.workers import WorkerPool, run_in_worker

#: Largest difference of any output from Essentia's, as a part of the output's largest value where
#: that is above 1; so for probabilities it is absolute.
ONNX_TOLERANCE = 1e-5


def require_onnx() -> None:
    """Check that what converts and runs ONNX is installed.

    Raises
    ------
    OptionError
        If a package is missing.
    """
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        raise OptionError(
            f"needs {' and '.join(missing)}, not installed here",
            subject="--onnx",
            remedy="run `pip install -e '.[onnxruntime]'` in the project's folder",
        )


def onnx_graph(model: FrozenModel) -> bytes:
    """Convert a model to ONNX: the same input, outputs and names, and any number of patches.

    Parameters
    ----------
    model : FrozenModel

    Returns
    -------
    bytes
        A serialised ONNX model; the same model gives the same bytes.

    Raises
    ------
    OptionError
        If a package is missing, or cannot be loaded.
    ModelError
        If it cannot be converted.
    """
    require_onnx()
    with _loading_errors(), WorkerPool(jobs=1) as pool:
        return pool.call(_convert, model)


def check_onnx(content: bytes, expected: Answers, subject: str) -> float:
    """Run an ONNX model in onnxruntime and compare every output with Essentia's.

    Parameters
    ----------
    content : bytes
        From `onnx_graph`.
    expected : Answers
        Essentia's.
    subject : str
        Names the model in errors.

    Returns
    -------
    float
        The largest difference of any output, as `ONNX_TOLERANCE` counts it.

    Raises
    ------
    OptionError
        If onnxruntime cannot be loaded.
    ParityError
        If it is above 1e-5.
    """
    with _loading_errors():
        actual = run_in_worker(_run, content, expected.inputs)
    difference = max(
        max_abs_diff(actual[node], values) / max(1.0, float(np.max(np.abs(values))))
        for node, values in expected.outputs.items()
    )
    if difference > ONNX_TOLERANCE:
        raise ParityError(
            f"in ONNX it answers otherwise by {difference:.2g}; at most {ONNX_TOLERANCE:.0e} is "
            "allowed",
            subject=subject,
            remedy="leave out --onnx",
        )
    return difference


@contextmanager
def _loading_errors() -> Iterator[None]:
    """Turn what a package that is installed, but cannot be loaded, raises into an OptionError."""
    try:
        yield
    except ImportError as error:
        raise OptionError(
            f"a package that it needs cannot be loaded: {error}",
            subject="--onnx",
            remedy="install the extra onnxruntime again",
        ) from error


def _convert(model: FrozenModel) -> bytes:
    from essentia_ldl.export.onnx_conversion import patch_graph

    return patch_graph(model.graph, model.metadata, model.name)


def _run(content: bytes, values: Values) -> dict[str, Values]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    nodes = [output.name for output in session.get_outputs()]
    return dict(zip(nodes, session.run(nodes, {session.get_inputs()[0].name: values}), strict=True))
