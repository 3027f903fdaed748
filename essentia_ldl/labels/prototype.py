"""Label distributions from the distances to the classes' means."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from scipy.special import softmax
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, Samples
from essentia_ldl.labels.space import SpaceEnhancer


class ClassPrototype(SpaceEnhancer):
    """Softmax of the negative squared distances to each class's mean.

    A sample is left out of its own class's mean. Distances are counted in units of the samples'
    mean squared distance from the means of their own classes, so that the temperature means the
    same whatever the features' scale is.

    Parameters
    ----------
    temperature : float, default=0.2
        Small values put nearly all on the nearest class; large ones spread it evenly.
    transformer : scikit-learn transformer, optional
        A copy of it is fitted on (X, y), and distances are those of the transformed samples.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64
    prototypes_ : np.ndarray [shape=(n_classes, n_features)], float64
        The classes' means.

    References
    ----------
    J. Snell, K. Swersky and R. Zemel, "Prototypical networks for few-shot learning", NeurIPS
    2017, equation 2.

    Examples
    --------
    >>> X = [[0.0], [0.2], [1.0], [1.2]]
    >>> ClassPrototype(temperature=10).fit_transform(X, ["jazz", "jazz", "rock", "rock"]).round(2)
    array([[0.95, 0.05],
           [0.87, 0.13],
           [0.13, 0.87],
           [0.05, 0.95]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "temperature": [Interval(Real, 0, None, closed="neither")],
        "transformer": [HasMethods(["fit", "transform"]), None],
    }

    def __init__(self, temperature: float = 0.2, *, transformer: Any = None) -> None:
        self.temperature = temperature
        self.transformer = transformer

    def _enhance(self, samples: Samples) -> FloatArray:
        points, one_hot = self._fit_space(samples), samples.one_hot
        sizes = one_hot.sum(axis=0)
        self.prototypes_ = one_hot.T @ points / sizes[:, None]
        distances = np.square(points[:, None] - self.prototypes_).sum(axis=-1)
        # Without the sample itself, its class's mean is farther by n / (n - 1); a sample that is
        # alone in its class stays its own mean.
        own = sizes[one_hot.argmax(axis=1)]
        farther = np.square(own / np.maximum(own - 1, 1))
        distances = np.where(one_hot == 1, distances * farther[:, None], distances)
        self._unit = float(distances[one_hot == 1].mean()) or 1.0
        return self._distributions(distances)

    def _predict(self, points: FloatArray) -> FloatArray:
        differences = points[:, None] - self.prototypes_
        return self._distributions(np.square(differences).sum(axis=-1))

    def _distributions(self, distances: FloatArray) -> FloatArray:
        return np.asarray(softmax(-distances / (self._unit * self.temperature), axis=1))
