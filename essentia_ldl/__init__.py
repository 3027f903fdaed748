"""Label distribution learning for music classification, as models that Essentia runs.

Importing the package imports neither TensorFlow nor Essentia; the two are never loaded in one
process.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from essentia_ldl.collection import Collection
    from essentia_ldl.errors import EssentiaLDLError
    from essentia_ldl.labels import LMNN, KNNSmoothing
    from essentia_ldl.runtime import Classifier
    from essentia_ldl.training import train_classifier
    from essentia_ldl.validation import validate_models

__all__ = [
    "LMNN",
    "Classifier",
    "Collection",
    "EssentiaLDLError",
    "KNNSmoothing",
    "train_classifier",
    "validate_models",
]

_HOMES = {
    "LMNN": "labels",
    "Classifier": "runtime",
    "Collection": "collection",
    "EssentiaLDLError": "errors",
    "KNNSmoothing": "labels",
    "train_classifier": "training",
    "validate_models": "validation",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
