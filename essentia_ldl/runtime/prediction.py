"""What a model says of a track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Prediction:
    """A track's label distribution.

    Attributes
    ----------
    path : str
        The file; empty for samples from memory.
    label : str
        The most probable class.
    probabilities : dict of str to float
        By class, in the order of the model's outputs: the mean over the track's patches. They
        are Essentia's single-precision numbers, so they sum to 1 within 1e-6.
    entropy : float
        Of `probabilities`, in nats: 0 for a certain answer, ln(n_classes) for an even one.
    patch_probabilities : np.ndarray [shape=(n_patches, n_classes)], float32
        The answer over time, a row per patch.
    """

    path: str
    label: str
    probabilities: dict[str, float]
    entropy: float
    patch_probabilities: NDArray[np.float32] = field(repr=False, compare=False)

    @classmethod
    def of(
        cls, path: str, classes: Sequence[str], patch_probabilities: NDArray[np.float32]
    ) -> Prediction:
        """Sum up a track's patches.

        Parameters
        ----------
        path : str
        classes : sequence of str
        patch_probabilities : np.ndarray [shape=(n_patches, n_classes)]

        Examples
        --------
        >>> Prediction.of("a.wav", ("jazz", "pop"), np.float32([[0.25, 0.75], [0.75, 0.25]]))
        Prediction(path='a.wav', label='jazz', probabilities={'jazz': 0.5, 'pop': 0.5}, \
entropy=0.6931471805599453)
        """
        mean = patch_probabilities.mean(axis=0, dtype=np.float64)
        return cls(
            path=path,
            label=classes[int(mean.argmax())],
            probabilities=dict(zip(classes, mean.tolist(), strict=True)),
            entropy=entropy(mean),
            patch_probabilities=patch_probabilities,
        )


def entropy(probabilities: NDArray[np.floating]) -> float:
    """Shannon entropy in nats.

    Parameters
    ----------
    probabilities : np.ndarray [shape=(n_classes,)]

    Examples
    --------
    >>> entropy(np.array([0.0, 1.0]))
    0.0
    """
    positive = probabilities[probabilities > 0]
    # The maximum turns a certain answer's -0.0, and what rounding leaves below it, into 0.
    return max(0.0, -float(np.sum(positive * np.log(positive))))
