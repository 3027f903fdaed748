"""What a model says of a track."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import ModelError
from essentia_ldl.runtime.kinds import Kind


@dataclass(frozen=True)
class Prediction:
    """A track's label distribution; of other models than classifiers, what they give instead.

    Attributes
    ----------
    path : str
        The file; empty for samples from memory.
    label : str or None
        The most probable class; None where classes do not exclude each other.
    values : dict of str to float
        By class, in the order of the model's outputs: the mean over the track's patches.
    entropy : float or None
        Of a distribution, in nats: 0 for a certain answer, ln(n_classes) for an even one. None
        where the values are none.
    patch_values : np.ndarray [shape=(n_patches, n_classes)], float32
        The answer over time, a row per patch.
    kind : Kind
        What the values mean.
    """

    path: str
    label: str | None
    values: dict[str, float]
    entropy: float | None
    patch_values: NDArray[np.float32] = field(repr=False, compare=False)
    kind: Kind = field(default=Kind.DISTRIBUTION, repr=False)

    @property
    def probabilities(self) -> dict[str, float]:
        """The values of a classifier.

        Those of a distribution are Essentia's single-precision numbers, so they sum to 1 within
        1e-6.

        Raises
        ------
        ModelError
            If the model gives quantities: a regression model.
        """
        self._require_probabilities()
        return self.values

    @property
    def patch_probabilities(self) -> NDArray[np.float32]:
        """The values of a classifier over time [shape=(n_patches, n_classes)].

        Raises
        ------
        ModelError
            If the model gives quantities: a regression model.
        """
        self._require_probabilities()
        return self.patch_values

    def _require_probabilities(self) -> None:
        if self.kind is Kind.QUANTITIES:
            raise ModelError(
                f"a regression model gives {', '.join(self.values)}, and no probabilities",
                subject=self.path,
                remedy="take `values`",
            )

    @classmethod
    def of(
        cls,
        path: str,
        classes: Sequence[str],
        patch_values: NDArray[np.float32],
        kind: Kind = Kind.DISTRIBUTION,
    ) -> Prediction:
        """Sum up a track's patches.

        Parameters
        ----------
        path : str
        classes : sequence of str
        patch_values : np.ndarray [shape=(n_patches, n_classes)]
        kind : Kind
            What they are.

        Examples
        --------
        >>> Prediction.of("a.wav", ("jazz", "pop"), np.float32([[0.25, 0.75], [0.75, 0.25]]))
        Prediction(path='a.wav', label='jazz', values={'jazz': 0.5, 'pop': 0.5}, \
entropy=0.6931471805599453)
        """
        mean = patch_values.mean(axis=0, dtype=np.float64)
        return cls(
            path=path,
            label=classes[int(mean.argmax())] if kind.has_label else None,
            values=dict(zip(classes, mean.tolist(), strict=True)),
            entropy=entropy(mean) if kind is Kind.DISTRIBUTION else None,
            patch_values=patch_values,
            kind=kind,
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
