"""The settings of an enhancer in a form that JSON can hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator


def describe(enhancer: BaseEstimator) -> dict[str, Any]:
    """Class name and parameters of a scikit-learn estimator, estimators within included.

    Parameters
    ----------
    enhancer : BaseEstimator
        Need not be fitted.

    Returns
    -------
    dict
        ``{"class": ..., parameter: value, ...}`` of plain JSON values. Arrays become lists,
        numbers that JSON lacks (NaN, infinities) and other objects their text.

    Examples
    --------
    >>> from essentia_ldl.labels import KNNSmoothing
    >>> list(describe(KNNSmoothing(5)).items())[:3]
    [('class', 'KNNSmoothing'), ('include_self', False), ('n_neighbors', 5)]
    """
    parameters = enhancer.get_params(deep=False)
    return {
        "class": type(enhancer).__name__,
        **{name: _plain(value) for name, value in sorted(parameters.items())},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, BaseEstimator):
        return describe(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return str(value)
