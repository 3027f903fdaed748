"""Exported models as algorithms in the manner of ``essentia.standard``.

For programs that run Essentia and never train: Essentia works in the calling process. Where
TensorFlow is loaded, `essentia_ldl.Classifier` does the same from a process of its own.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essentia_ldl.errors import AudioError, EssentiaLDLError, OptionError

if TYPE_CHECKING:
    from essentia_ldl.runtime.model import Model

__all__ = ["TensorflowPredictLDL"]


class TensorflowPredictLDL:
    """TensorflowPredictLDL


    Inputs:

      [vector_real] signal - the input audio signal sampled at 16 kHz


    Outputs:

      [vector_vector_real] predictions - the probability of each class, a row per patch


    Parameters:

      modelFilename:
        string (default = "")
        the JSON of an exported model, or the .pb beside it: a classification head, whose backbone
        is looked for beside it and where backbones are built, or a full model

      modelsFolder:
        string (default = "")
        a folder of backbones to look in first


    Description:

      This algorithm makes predictions with a model that was exported by essentia_ldl, or with one
      of Essentia's zoo. What else is needed is in the model's JSON: the algorithm that computes
      its input, the names of its nodes, and its classes, which are in `classes` in the order of
      the columns.

      The numbers are those of Essentia's own TensorflowPredictMusiCNN and TensorflowPredict2D. A
      signal shorter than one patch (2.96 s for MusiCNN) is repeated to fill it.

      Errors are raised as essentia_ldl.EssentiaLDLError. A process that has loaded TensorFlow
      cannot load Essentia: use essentia_ldl.Classifier there.

      A possible pipeline is as follows::

        MonoLoader(sampleRate=16000, resampleQuality=4) >> TensorflowPredictLDL(modelFilename=...)
    """  # noqa: D205, D400, D406, D407, D412 - the form of Essentia's documentation.

    def __init__(self, **parameters: str) -> None:
        self._parameters = {"modelFilename": "", "modelsFolder": ""}
        self._model: Model | None = None
        self.configure(**parameters)

    def configure(self, **parameters: str) -> None:
        """Set parameters; those left out return to their defaults, as in Essentia.

        Raises
        ------
        OptionError
            If there is no such parameter.
        ModelError, BackboneError
            If the model or its backbone is absent, damaged or of another kind.
        EssentiaLDLError
            If TensorFlow is loaded in this process.
        """
        values = dict.fromkeys(self._parameters, "")
        for name, value in parameters.items():
            self._require(name)
            values[name] = str(value)
        self._model = _load(values["modelFilename"], values["modelsFolder"])
        self._parameters = values

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in the order of the predictions' columns."""
        return self._configured().classes

    def compute(self, signal: ArrayLike) -> NDArray[np.float32]:
        """Classify every patch of a signal.

        Parameters
        ----------
        signal : np.ndarray [shape=(n_samples,)]
            Mono, at the model's sample rate (16 kHz), full scale being 1.

        Returns
        -------
        np.ndarray [shape=(n_patches, n_classes)], float32

        Raises
        ------
        AudioError
            If the signal is empty, not mono, or not of finite numbers.
        ModelError
            If Essentia cannot run a graph.
        EssentiaLDLError
            If TensorFlow was loaded in this process meanwhile, or no model is configured.
        """
        model = self._configured()
        try:
            samples = np.ascontiguousarray(signal, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise AudioError(
                f"expected samples, got {type(signal).__name__}", remedy="load it with MonoLoader"
            ) from error
        if samples.ndim != 1:
            raise AudioError(
                f"expected mono samples of shape (n_samples,), got {samples.shape}",
                remedy="average the channels",
            )
        if not np.isfinite(samples).all():
            raise AudioError("has samples that are not finite numbers", remedy="render it again")
        predictions, _ = model.patch_values(samples)
        return predictions

    __call__ = compute

    def reset(self) -> None:
        """Do nothing: no call leaves anything for the next one."""

    def name(self) -> str:
        """Name of the algorithm."""
        return type(self).__name__

    def getDoc(self) -> str:  # noqa: N802 - Essentia's name.
        """Documentation in Essentia's form."""
        return type(self).__doc__ or ""

    def inputNames(self) -> list[str]:  # noqa: N802 - Essentia's name.
        """Names of what `compute` takes."""
        return ["signal"]

    def inputType(self, name: str) -> str:  # noqa: N802 - Essentia's name.
        """Type of an input.

        Raises
        ------
        OptionError
            If there is no such input.
        """
        if name not in self.inputNames():
            raise OptionError(
                f"'{name}' is not an input of {self.name()}", remedy="its input is signal"
            )
        return "VECTOR_REAL"

    def outputNames(self) -> list[str]:  # noqa: N802 - Essentia's name.
        """Names of what `compute` returns."""
        return ["predictions"]

    def parameterNames(self) -> list[str]:  # noqa: N802 - Essentia's name.
        """Names of the parameters."""
        return sorted(self._parameters)

    def paramType(self, name: str) -> str:  # noqa: N802 - Essentia's name.
        """Type of a parameter.

        Raises
        ------
        OptionError
            If there is no such parameter.
        """
        self._require(name)
        return "STRING"

    def paramValue(self, name: str) -> str:  # noqa: N802 - Essentia's name.
        """Value of a parameter.

        Raises
        ------
        OptionError
            If there is no such parameter.
        """
        self._require(name)
        return self._parameters[name]

    def _require(self, name: str) -> None:
        if name not in self._parameters:
            raise OptionError(
                f"'{name}' is not a parameter of {self.name()}",
                remedy=f"its parameters are {' and '.join(self.parameterNames())}",
            )

    def _configured(self) -> Model:
        if self._model is None:
            raise OptionError(
                "no model is configured",
                subject=self.name(),
                remedy="give modelFilename, the JSON of an exported model",
            )
        return self._model


def _load(model_filename: str, models_folder: str) -> Model | None:
    if "tensorflow" in sys.modules:
        raise EssentiaLDLError(
            "Essentia cannot be loaded beside TensorFlow, which this process has imported",
            remedy="use essentia_ldl.Classifier, or a process that does not import TensorFlow",
        )
    if not model_filename:
        return None
    from essentia_ldl.runtime.model import Model

    model_json = Path(model_filename)
    if model_json.suffix == ".pb":
        model_json = model_json.with_suffix(".json")
    return Model.read(model_json, Path(models_folder) if models_folder else None, "essentia")
