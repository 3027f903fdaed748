"""What a model's numbers mean, by the ``type`` and the output that its metadata name."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.zoo import ModelMetadata
from essentia_ldl.zoo.metadata import Output

_SUM_TOLERANCE = 1e-3
_EXCLUSIVE, _REGRESSION = "multi-class classifier", "regression"


class Kind(Enum):
    """What the values of a patch are."""

    #: Probabilities of classes that exclude each other; they sum to 1.
    DISTRIBUTION = "distribution"
    #: A score for each of classes that exclude each other, from 0 to 1 and on its own: the zoo's
    #: older models end in sigmoids.
    SCORES = "scores"
    #: Probabilities of tags, of which any number may hold.
    TAGS = "tags"
    #: Quantities, such as arousal and valence.
    QUANTITIES = "quantities"

    @property
    def has_label(self) -> bool:
        """Whether one class is the answer."""
        return self in (Kind.DISTRIBUTION, Kind.SCORES)

    def fault_of(self, values: NDArray[np.floating]) -> str:
        """Say what keeps values from being of this kind; empty where nothing does.

        Parameters
        ----------
        values : np.ndarray [shape=(n_patches, n_values)]

        Examples
        --------
        >>> Kind.DISTRIBUTION.fault_of(np.float32([[0.5, 0.9]]))
        'gives no distribution over its classes'
        >>> Kind.TAGS.fault_of(np.float32([[0.5, 0.9]]))
        ''
        """
        if not np.isfinite(values).all():
            return "gives values that are not finite numbers"
        if self is Kind.QUANTITIES:
            return ""
        if values.min() < 0 or values.max() > 1 + _SUM_TOLERANCE:
            return "gives no probabilities"
        sums = values.sum(axis=1)
        if self is Kind.DISTRIBUTION and np.abs(sums - 1).max() > _SUM_TOLERANCE:
            return "gives no distribution over its classes"
        return ""


def kind_of(metadata: ModelMetadata, output: Output) -> Kind:
    """Return what an output's values mean.

    Parameters
    ----------
    metadata : ModelMetadata
        Its ``type`` is one of the zoo's: "multi-class classifier" where it is absent,
        "multi-label classifier", "auto-tagging", "regression model". Any other is taken for tags,
        which claims least.
    output : Output
        One of the model's; a "Sigmoid" gives no distribution.
    """
    named = metadata.type.lower()
    if named.startswith(_REGRESSION):
        return Kind.QUANTITIES
    if named not in (_EXCLUSIVE, ""):
        return Kind.TAGS
    sigmoid = (output.op or output.name.rpartition("/")[2]) == "Sigmoid"
    return Kind.SCORES if sigmoid else Kind.DISTRIBUTION
