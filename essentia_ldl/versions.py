"""Which versions of everything that matters are at work here."""

from __future__ import annotations

import ctypes
import platform
from importlib.metadata import PackageNotFoundError, files, version

from essentia_ldl.workers import pin_threads, run_in_worker

PACKAGES = (
    "essentia_ldl",
    "essentia-tensorflow",
    "tensorflow",
    "keras",
    "metric-learn",
    "scikit-learn",
    "numpy",
    "scipy",
    "numba",
    "soundfile",
    "samplerate",
)

#: Those that results can do without; `versions` names them where they are installed.
OPTIONAL_PACKAGES = ("onnxruntime",)


def package_version(package: str) -> str | None:
    """Version of an installed package, or None where it is absent."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def versions() -> dict[str, str]:
    """Versions of Python and of every package whose numbers enter a result."""
    found = {package: package_version(package) for package in (*PACKAGES, *OPTIONAL_PACKAGES)}
    return {"python": platform.python_version()} | {
        package: number for package, number in found.items() if number
    }


def bundled_libtensorflow() -> str | None:
    """Version of the libtensorflow inside essentia-tensorflow, or None where there is none.

    It is asked in a worker process: it cannot be loaded beside Python's TensorFlow.
    """
    return run_in_worker(_ask_libtensorflow)


def _ask_libtensorflow() -> str | None:
    pin_threads()
    for entry in files("essentia-tensorflow") or ():
        if entry.name.startswith("libtensorflow"):
            library = ctypes.CDLL(str(entry.locate()))
            library.TF_Version.restype = ctypes.c_char_p
            return str(library.TF_Version().decode())
    return None
