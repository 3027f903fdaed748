"""What several models say of every track, beside what people say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.report.spreadsheet import csv_table


@dataclass(frozen=True)
class PredictionTable:
    """Predicted distributions of `n` tracks over `C` classes, for each model.

    Parameters
    ----------
    paths : tuple of str, length n
        Where each track is, as the list names it.
    truths : tuple of str, length n
        The true class of each track; empty where people disagree.
    votes : tuple of tuple of str, length n
        The classes that people named.
    classes : tuple of str, length C
        In the order of the columns.
    by_model : mapping of str to np.ndarray [shape=(n, C)]

    Raises
    ------
    ValueError
        If the lengths or shapes disagree.
    """

    paths: tuple[str, ...]
    truths: tuple[str, ...]
    votes: tuple[tuple[str, ...], ...]
    classes: tuple[str, ...]
    by_model: Mapping[str, NDArray[np.float64]]

    def __post_init__(self) -> None:
        n = len(self.paths)
        shapes = {rows.shape for rows in self.by_model.values()}
        if not (len(self.truths) == len(self.votes) == n and shapes <= {(n, len(self.classes))}):
            raise ValueError(f"{n} paths, {len(self.truths)} truths, predictions of {shapes}")

    def to_csv(self) -> str:
        """Return the table path, truth, votes, model, predicted, one column per class.

        The votes are joined by commas, as annotation files have them.

        Examples
        --------
        >>> table = PredictionTable(
        ...     ("14/214.mp3",), ("",), (("pop", "rock"),), ("pop", "rock"),
        ...     {"a": np.array([[0.25, 0.75]])},
        ... )
        >>> print(table.to_csv(), end="")
        "path","truth","votes","model","predicted","pop","rock"
        "14/214.mp3","","pop,rock","a","rock",0.25,0.75
        """
        people = list(zip(self.paths, self.truths, map(",".join, self.votes), strict=True))
        return csv_table(
            ("path", "truth", "votes", "model", "predicted", *self.classes),
            (
                (*track, model, self.classes[int(row.argmax())], *row.tolist())
                for model, rows in self.by_model.items()
                for track, row in zip(people, rows, strict=True)
            ),
        )
