"""PyLDL's label enhancers, for a parent in another environment; started by `pyldl_peer`.

It reads and writes arrays through pipes, and imports nothing of this package: PyLDL brings its own
versions of Keras and TensorFlow.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from importlib import import_module
from typing import Any, BinaryIO

import numpy as np

_LENGTH = 8


def write_arrays(stream: BinaryIO, **arrays: Any) -> None:
    """Write arrays as one message."""
    content = io.BytesIO()
    np.savez(content, **arrays)
    stream.write(content.tell().to_bytes(_LENGTH, "big") + content.getvalue())
    stream.flush()


def read_arrays(stream: BinaryIO) -> dict[str, Any] | None:
    """Read a message; None at the end of the stream."""
    length = stream.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    content = io.BytesIO(stream.read(int.from_bytes(length, "big")))
    with np.load(content, allow_pickle=False) as stored:
        return dict(stored)


def enhance(name: str, X: Any, one_hot: Any) -> Any:
    """Fit one of PyLDL's enhancers, all of its settings its own."""
    import_module("keras").utils.set_random_seed(0)
    # It writes into what it is given.
    fitted = getattr(import_module("pyldl.algorithms"), name)().fit(X.copy(), one_hot.copy())
    return np.asarray(fitted.transform(), dtype=np.float64)


def main() -> None:
    """Answer until the parent closes the pipe."""
    # Keras may print: what is printed must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    while (asked := read_arrays(sys.stdin.buffer)) is not None:
        try:
            found = enhance(str(asked["name"]), asked["X"], asked["one_hot"])
        except Exception as error:  # noqa: BLE001 - anything may be wrong there
            write_arrays(answers, error=f"{type(error).__name__}: {error}"[:300])
        else:
            write_arrays(answers, distributions=found)


if __name__ == "__main__":
    main()
