"""One labelled recording, and one that had to be left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Track:
    """A recording and the class it was given.

    Parameters
    ----------
    path : Path
        The audio file.
    label : str
        Its class.
    group : str, optional
        What it shares with other tracks, usually the artist: tracks of one group are never
        trained on and tested on in the same fold.

    Examples
    --------
    >>> Track(Path("blues/01.flac"), "blues", group="Bessie Smith").label
    'blues'
    """

    path: Path
    label: str
    group: str | None = None


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
