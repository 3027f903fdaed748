"""Kernel ridge regression whose answers come from the other samples alone, in closed form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import linear_kernel, rbf_kernel
from sklearn.preprocessing import StandardScaler

from essentia_ldl.labels.base import FloatArray

PENALTIES = np.logspace(-2, 1.5, 8)

# From here on the kernel is approximated, as its own decomposition grows with the cube of them.
_MOST_EXACT = 3000
_LANDMARKS = 1000


def _kernel(X: FloatArray, Y: FloatArray | None = None) -> FloatArray:
    """Mean of a linear and a Gaussian kernel, and a constant that stands for the intercept."""
    n_features = X.shape[1]
    linear = linear_kernel(X, Y) / n_features
    gaussian = rbf_kernel(X, Y, gamma=1 / n_features)
    return np.asarray((linear + gaussian) / 2 + 1)


def _nystroem(X: FloatArray) -> FloatArray:
    """Features whose products are nearly the kernel, from its values at some of the samples.

    (C. Williams and M. Seeger, "Using the Nyström method to speed up kernel machines", NeurIPS
    2000. scikit-learn's takes no kernel of two arrays.)
    """
    landmarks = X[np.random.default_rng(0).choice(len(X), _LANDMARKS, replace=False)]
    values, vectors = np.linalg.eigh(_kernel(landmarks))
    scale = 1 / np.sqrt(np.maximum(values, 1e-10))
    return np.asarray(_kernel(X, landmarks) @ (vectors * scale))


@dataclass(eq=False)
class LeaveOutRidge:
    """Ridge regression in a kernel's space, decomposed once for any number of targets.

    Parameters
    ----------
    X : np.ndarray [shape=(n_samples, n_features)]
        Standardised here.
    groups : np.ndarray [shape=(n_samples,)] or None
        What is left out together; each sample by itself where None.
    weights : np.ndarray [shape=(n_samples,)] or None
        How much each sample's squared error counts; all alike where None.
    """

    X: FloatArray
    groups: NDArray[Any] | None = None
    weights: FloatArray | None = None
    _roots: FloatArray = field(init=False)
    _vectors: FloatArray = field(init=False)
    _values: FloatArray = field(init=False)
    _together: list[NDArray[np.intp]] = field(init=False)
    _factors: dict[float, tuple[FloatArray, list[FloatArray]]] = field(init=False)

    def __post_init__(self) -> None:
        scaled = StandardScaler().fit_transform(self.X)
        # With samples, and their targets, times the root of their weight, all weigh the same.
        weights = np.ones(len(scaled)) if self.weights is None else self.weights
        self._roots = np.sqrt(weights)[:, None]
        if len(scaled) <= _MOST_EXACT:
            weighted = self._roots * _kernel(scaled) * self._roots.T
            values, self._vectors = np.linalg.eigh(weighted)
        else:
            weighted = self._roots * _nystroem(scaled)
            self._vectors, singular, _ = np.linalg.svd(weighted, full_matrices=False)
            values = singular**2
        self._values = np.clip(values, 0, None)
        self._together = []
        if self.groups is not None:
            codes, sizes = np.unique(self.groups, return_inverse=True, return_counts=True)[1:]
            self._together = [np.flatnonzero(codes == code) for code in np.flatnonzero(sizes > 1)]
        self._factors = {}

    def predict(self, targets: FloatArray) -> FloatArray:
        """Predict every sample's targets by the regression that its group took no part in.

        The penalty is, of `PENALTIES`, that of these predictions' least (weighted) squared error.

        Parameters
        ----------
        targets : np.ndarray [shape=(n_samples, n_targets)]

        Returns
        -------
        np.ndarray [shape=(n_samples, n_targets)]

        References
        ----------
        C. Rasmussen and C. Williams, "Gaussian processes for machine learning", MIT Press 2006,
        section 5.4.2: leave-one-out predictions from one fit.
        """
        weighted = self._roots * targets
        projected = self._vectors.T @ weighted
        errors = [self._errors(weighted, projected, penalty) for penalty in PENALTIES.tolist()]
        best = int(np.argmin([np.square(error).sum() for error in errors]))
        return np.asarray(targets - errors[best] / self._roots)

    def _errors(self, targets: FloatArray, projected: FloatArray, penalty: float) -> FloatArray:
        """What predictions without a sample's group miss, from what predictions with it miss."""
        shrinkage = self._values / (self._values + penalty)
        left = targets - self._vectors @ (shrinkage[:, None] * projected)
        if penalty not in self._factors:
            self._factors[penalty] = self._leverages(shrinkage)
        own, inverses = self._factors[penalty]
        errors = left / (1 - own)[:, None]
        for members, inverse in zip(self._together, inverses, strict=True):
            errors[members] = inverse @ left[members]
        return np.asarray(errors)

    def _leverages(self, shrinkage: FloatArray) -> tuple[FloatArray, list[FloatArray]]:
        own = np.square(self._vectors) @ shrinkage
        inverses = [
            np.asarray(np.linalg.inv(np.eye(len(rows)) - (rows * shrinkage) @ rows.T), np.float64)
            for rows in (self._vectors[members] for members in self._together)
        ]
        return own, inverses


def balanced_weights(one_hot: FloatArray) -> FloatArray:
    """Weights that give every class the same sum; their mean is 1.

    Parameters
    ----------
    one_hot : np.ndarray [shape=(n_samples, n_classes)]
        Of classes that each have a sample.

    Returns
    -------
    np.ndarray [shape=(n_samples,)]
    """
    return np.asarray(one_hot @ (len(one_hot) / one_hot.shape[1] / one_hot.sum(axis=0)))
