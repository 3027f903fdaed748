"""One labelled recording, and one that had to be left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.collection.votes import Votes, count
from essentia_ldl.errors import CollectionError


@dataclass(frozen=True)
class Track:
    """A recording and the class it was given, perhaps with the votes that it got.

    Parameters
    ----------
    path : Path
        The audio file.
    label : str
        Its class.
    group : str, optional
        What it shares with other tracks, usually the artist: tracks of one group are never
        trained on and tested on in the same fold.
    votes : tuple of (str, float), optional
        Classes with the votes that annotators gave them, or with shares that sum to 1. They are
        kept in one form: summed by class, without zeros, sorted by class.

    Raises
    ------
    CollectionError
        If votes are negative or not finite, or none is above zero.

    Examples
    --------
    >>> Track(Path("blues/01.flac"), "blues", group="Bessie Smith").label
    'blues'
    >>> Track(Path("2.flac"), "rock", votes=(("rock", 2), ("jazz", 1), ("pop", 0))).votes
    (('jazz', 1.0), ('rock', 2.0))
    """

    path: Path
    label: str
    group: str | None = None
    votes: Votes | None = None

    def __post_init__(self) -> None:
        if self.votes is None:
            return
        try:
            object.__setattr__(self, "votes", count(self.votes))
        except ValueError as error:
            raise CollectionError(
                f"has votes with {error}", subject=self.path, remedy="correct them, or give none"
            ) from error


@dataclass(frozen=True)
class Skipped:
    """A file, folder or line of a list that is not used.

    Parameters
    ----------
    path : str
        What was left out.
    reason : str
        Why, with what to do about it in parentheses.

    Examples
    --------
    >>> print(Skipped("blues/01.flac", "does not exist (correct the path)"))
    blues/01.flac: does not exist (correct the path)
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
