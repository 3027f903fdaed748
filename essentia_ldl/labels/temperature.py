"""Label distributions made flatter or sharper."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples


class Temperature(LabelEnhancer):
    """Another enhancer's distributions, every probability raised to 1 / temperature.

    Parameters
    ----------
    enhancer : LabelEnhancer
        A copy of it is fitted.
    temperature : float, default=1.0
        Above 1 flattens, below 1 sharpens; order and zeros stay.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64
    enhancer_ : LabelEnhancer
        The fitted copy.

    References
    ----------
    G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural network", 2015,
    section 2: a softmax whose logits are divided by the temperature.

    Examples
    --------
    >>> from essentia_ldl.labels import UniformSmoothing
    >>> labels = ["rock", "jazz"]
    >>> Temperature(UniformSmoothing(0.4), temperature=0.5).fit_transform([[0], [1]], labels)
    array([[0.05882353, 0.94117647],
           [0.94117647, 0.05882353]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "enhancer": [HasMethods(["fit_transform"])],
        "temperature": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, enhancer: LabelEnhancer, *, temperature: float = 1.0) -> None:
        self.enhancer = enhancer
        self.temperature = temperature

    def _enhance(self, samples: Samples) -> FloatArray:
        self.enhancer_ = clone(self.enhancer).fit(samples.X, samples.y, samples.groups)
        enhanced: FloatArray = self.enhancer_.label_distributions_
        # Relative to the likeliest class, so that no power of a small temperature underflows.
        likeliest = enhanced.max(axis=1, keepdims=True)
        powers = np.power(enhanced / likeliest, 1 / self.temperature)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
