"""How annotators' votes count.

An annotation file has up to three votes per track and taxonomy:

- a vote for a class counts as one, and several equal votes count as several;
- a vote that no class suits (``unmatched``, ``instrumental``) counts for no class: the track's
  distribution is that of its other votes;
- a track has a true class where three annotators or more say the same, all of them. This is how
  the dataset's clean file was made of the raw one, so that both give the same accuracy;
- a track has a distribution where `MIN_VOTES` annotators or more name a class: a single vote is
  one person's opinion, and where two of three say that no class suits, none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection.vocabulary import Vocabulary

UNANIMOUS = 3
MIN_VOTES = 2

WITHOUT_VOTES = "without votes in the taxonomy"
WITHOUT_CLASS = "where no annotator names a class"
LACKED = "with votes for a class that the models lack"
DIVIDED = "without three equal votes"


@dataclass(frozen=True)
class Ballot:
    """The votes on one track.

    Attributes
    ----------
    n_annotators : int
        How many voted.
    votes : tuple of int
        Positions of classes among a model's outputs, one per annotator who names one of them.
    n_lacked : int
        Votes for classes of the task that the model lacks.
    """

    n_annotators: int
    votes: tuple[int, ...]
    n_lacked: int = 0

    @classmethod
    def of(cls, votes: Sequence[str], vocabulary: Vocabulary) -> Ballot:
        """Count votes as they are written.

        Raises
        ------
        KeyError
            With the vote, if it is none of the task's classes and does not stand for none.

        Examples
        --------
        >>> vocabulary = Vocabulary.of("mood_sad", ["non_sad", "sad"])
        >>> Ballot.of(["sad", "not_sad", "unmatched"], vocabulary)
        Ballot(n_annotators=3, votes=(1, 0), n_lacked=0)
        """
        named = [vocabulary.position(vote) for vote in votes if not vocabulary.is_no_class(vote)]
        positions = tuple(position for position in named if position is not None)
        return cls(len(votes), positions, len(named) - len(positions))

    @property
    def truth(self) -> int | None:
        """The class on which three annotators or more agree, all of them; None without one."""
        agreed = len(self.votes) == self.n_annotators >= UNANIMOUS and len(set(self.votes)) == 1
        return self.votes[0] if agreed else None

    def objection(self, min_votes: int | None = None) -> str:
        """Say why a track does not count; empty where it does.

        Parameters
        ----------
        min_votes : int, optional
            Votes for classes that it needs; by default it needs a true class.

        Examples
        --------
        >>> Ballot(n_annotators=3, votes=(0, 0)).objection()
        'without three equal votes'
        >>> Ballot(n_annotators=3, votes=(0, 0)).objection(min_votes=2)
        ''
        """
        if not self.n_annotators:
            return WITHOUT_VOTES
        if self.n_lacked:
            return LACKED
        if not self.votes:
            return WITHOUT_CLASS
        if min_votes is None:
            return DIVIDED if self.truth is None else ""
        return f"with fewer than {min_votes} votes for classes" * (len(self.votes) < min_votes)


def vote_distributions(votes: Sequence[Sequence[int]], n_classes: int) -> NDArray[np.float64]:
    """Turn votes into distributions.

    Parameters
    ----------
    votes : sequence of sequence of int
        Positions of classes, at least one for each track.
    n_classes : int

    Returns
    -------
    np.ndarray [shape=(len(votes), n_classes)], float64

    Examples
    --------
    >>> vote_distributions([(0, 0, 2, 2), (1,)], n_classes=3)
    array([[0.5, 0. , 0.5],
           [0. , 1. , 0. ]])
    """
    rows = [np.bincount(positions, minlength=n_classes) / len(positions) for positions in votes]
    return np.array(rows, dtype=np.float64).reshape(len(votes), n_classes)
