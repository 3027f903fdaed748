"""The training targets of every variant, and their table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.report.spreadsheet import csv_table


@dataclass(frozen=True)
class LabelDistributions:
    """Label distributions of `n` tracks over `C` classes, for each variant.

    Parameters
    ----------
    paths : tuple of str, length n
        Where each track is, as the collection names it.
    labels : tuple of str, length n
        The given class of each track.
    classes : tuple of str, length C
        The classes in the order of the columns.
    by_variant : mapping from variant to array of shape (n, C)
        The training targets, fitted on the whole collection; each row sums to 1.

    Raises
    ------
    ValueError
        If the lengths or shapes disagree, or a label is none of the classes.
    """

    paths: tuple[str, ...]
    labels: tuple[str, ...]
    classes: tuple[str, ...]
    by_variant: Mapping[str, NDArray[np.float64]]

    def __post_init__(self) -> None:
        if len(self.paths) != len(self.labels):
            raise ValueError(f"{len(self.paths)} paths but {len(self.labels)} labels")
        if unknown := set(self.labels) - set(self.classes):
            raise ValueError(f"labels that are none of the classes: {sorted(unknown)}")
        expected = (len(self.paths), len(self.classes))
        for variant, targets in self.by_variant.items():
            if targets.shape != expected:
                raise ValueError(f"{variant}: targets of shape {targets.shape}, not {expected}")

    def own_class(self, variant: str) -> NDArray[np.float64]:
        """Probability of each track's given class, the paper's d_y, of shape (n,)."""
        column = {name: index for index, name in enumerate(self.classes)}
        own = np.array([column[label] for label in self.labels], dtype=np.intp)
        return np.asarray(self.by_variant[variant][np.arange(len(own)), own], dtype=np.float64)


def to_csv(distributions: LabelDistributions) -> str:
    """Return the table path, label, variant, one column per class; by variant, then track.

    It is of `csv_table`'s kind.
    """
    return csv_table(
        ("path", "label", "variant", *distributions.classes),
        (
            (path, label, variant, *row)
            for variant, targets in distributions.by_variant.items()
            for path, label, row in zip(
                distributions.paths, distributions.labels, targets.tolist(), strict=True
            )
        ),
    )
