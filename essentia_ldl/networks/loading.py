"""TensorFlow and Keras, loaded without what they write to the terminal meanwhile."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from essentia_ldl.networks.interrupts import held_interrupts


def load_tensorflow() -> None:
    """Import TensorFlow; its libraries' start-up messages are shown only if it fails.

    TensorFlow 2.21 writes several lines about oneDNN and CUDA straight to the process's standard
    error, whatever TF_CPP_MIN_LOG_LEVEL says, as its logging is not set up yet.

    Raises
    ------
    ImportError
        If TensorFlow cannot be imported.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with held_interrupts(), _held_back_stderr():
        import tensorflow  # noqa: F401


def load_keras() -> None:
    """Import Keras, with TensorFlow or whichever backend it is set to, as quietly.

    Raises
    ------
    ImportError
        If it cannot be imported.
    """
    if "keras" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with held_interrupts(), _held_back_stderr():
        import keras  # noqa: F401


@contextmanager
def _held_back_stderr() -> Iterator[None]:
    """Collect what is written to file descriptor 2, and write it only after an exception."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
