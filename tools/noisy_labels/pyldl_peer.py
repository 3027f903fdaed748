"""PyLDL's label enhancers as estimators, run in processes of their own environment."""

from __future__ import annotations

import atexit
import os
import subprocess
from functools import lru_cache
from numbers import Real
from pathlib import Path
from threading import Timer
from typing import Any, BinaryIO, ClassVar, cast

import numpy as np
from sklearn.utils._param_validation import Interval

from essentia_ldl.errors import OptionError
from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples
from tools.noisy_labels import pyldl_serve

#: Those that take part in everything, those of which a fit of some 400 tracks may take seconds, and
#: those of which it takes half a minute and more.
QUICK = ("KM", "LP")
MEDIUM = ("FCM", "ML")
SLOW = ("GLLE", "LEVI", "LIBLE", "ConLE")
PEERS = (*QUICK, *MEDIUM, *SLOW)

_ENVIRONMENT = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")},
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


class PeerError(ValueError):
    """PyLDL could not enhance these labels, or not in time."""


class PyLDLEnhancer(LabelEnhancer):
    """One of PyLDL's label enhancers, with its own settings.

    Parameters
    ----------
    name : str
        A class in ``pyldl.algorithms``, such as "KM".
    python : str
        The interpreter of an environment that has python-ldl.
    seconds : float, default=150
        After which a fit is given up.

    References
    ----------
    https://pypi.org/project/python-ldl
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "name": [str],
        "python": [str],
        "seconds": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, name: str, *, python: str, seconds: float = 150.0) -> None:
        self.name = name
        self.python = python
        self.seconds = seconds

    def _enhance(self, samples: Samples) -> FloatArray:
        answer = _server(self.python).ask(
            self.seconds, name=self.name, X=samples.X, one_hot=samples.one_hot
        )
        if "error" in answer:
            raise PeerError(str(answer["error"]))
        found: FloatArray = answer["distributions"]
        if found.shape != samples.one_hot.shape or not np.isfinite(found).all():
            raise PeerError(f"gave no distributions, but {found.shape} with NaN or infinities")
        return found


class _Server:
    """A process that answers with PyLDL, started anew after it was stopped."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self._stop)

    def ask(self, seconds: float, **arrays: Any) -> dict[str, Any]:
        process = self._started()
        stopped = Timer(seconds, process.kill)
        stopped.start()
        try:
            pyldl_serve.write_arrays(cast(BinaryIO, process.stdin), **arrays)
            answer = pyldl_serve.read_arrays(cast(BinaryIO, process.stdout))
        except BrokenPipeError:
            answer = None
        finally:
            in_time = stopped.is_alive()
            stopped.cancel()
        if answer is None or not in_time:
            self._stop()
        if answer is None:
            raise PeerError("its process died" if in_time else f"takes more than {seconds:g} s")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [self._python, str(Path(pyldl_serve.__file__))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=os.environ | _ENVIRONMENT,
            )
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@lru_cache(maxsize=1)
def _server(python: str) -> _Server:
    return _Server(python)


def check_pyldl(python: str) -> str:
    """Return the version of python-ldl in an environment.

    Raises
    ------
    OptionError
        If it has none.
    """
    ask = "from importlib.metadata import version; print(version('python-ldl'))"
    try:
        found = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise OptionError(
            "has no PyLDL",
            subject=python,
            remedy="make a virtual environment with python-ldl, tensorflow and "
            "tensorflow-probability, and give its python",
        ) from error
    return found.stdout.strip()
