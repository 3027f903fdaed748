"""What models have more than each other, on the same tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from essentia_ldl.evaluation.bootstrap import BootstrapMeans, Estimate


@dataclass(frozen=True)
class Difference:
    """What one model has more than another, on the same tracks.

    Attributes
    ----------
    model, other : str
    estimate : Estimate
        The value of `model` minus that of `other`.
    """

    model: str
    other: str
    estimate: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return what a report holds, ready for JSON."""
        return {"model": self.model, "other": self.other, **self.estimate.to_dict()}


def differences(names: Sequence[str], means: BootstrapMeans) -> tuple[Difference, ...]:
    """Compare every pair of models, the later with the earlier.

    Parameters
    ----------
    names : sequence of str
        Of the models, whose values are the first columns.
    means : BootstrapMeans

    Examples
    --------
    >>> means = BootstrapMeans.of([[0.0, 1.0], [0.0, 1.0]])
    >>> differences(["a", "b"], means)[0].to_dict()
    {'model': 'b', 'other': 'a', 'value': 1.0, 'low': 1.0, 'high': 1.0}
    """
    return tuple(
        Difference(names[later], names[first], means.difference(later, first))
        for first, later in combinations(range(len(names)), 2)
    )
