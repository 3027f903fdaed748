"""Tracks that a model was not trained on, with what people say of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress
from operator import not_
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection.annotations import AnnotatedTrack, Annotations, audio_of
from essentia_ldl.collection.ballot import LACKED, Ballot, vote_distributions
from essentia_ldl.collection.collection import Collection
from essentia_ldl.collection.spelling import printable
from essentia_ldl.collection.track import Skipped
from essentia_ldl.collection.vocabulary import NO_CLASS, Vocabulary
from essentia_ldl.errors import CollectionError


@dataclass(frozen=True)
class ExternalTrack:
    """A recording and the classes that it was given.

    Attributes
    ----------
    name : str
        Its path as the list writes it.
    path : Path
        The audio file.
    votes : tuple of int
        Positions of classes, one per annotator who names one; a list of one label for a track
        has one vote each.
    truth : int or None
        The class on which all agree.
    group : str or None
        Its artist.
    """

    name: str
    path: Path
    votes: tuple[int, ...]
    truth: int | None
    group: str | None = None


@dataclass(frozen=True)
class ExternalSet:
    """Tracks to validate models on.

    Attributes
    ----------
    source : Path
        The list.
    task : str
        The taxonomy as the list spells it, or the task's name.
    classes : tuple of str
        In the order of a model's outputs.
    tracks : tuple of ExternalTrack
        Those whose audio is there.
    missing, unreadable : tuple of Skipped
        Those whose audio is not there, and what else of the list cannot be used.
    left_out : dict of str to int
        How many more tracks of the list do not count, by reason.
    """

    source: Path
    task: str
    classes: tuple[str, ...]
    tracks: tuple[ExternalTrack, ...]
    missing: tuple[Skipped, ...] = ()
    unreadable: tuple[Skipped, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of_annotations(
        cls,
        annotations: Annotations,
        audio: Path,
        vocabulary: Vocabulary,
        *,
        min_votes: int | None = None,
    ) -> ExternalSet:
        """Take the tracks of an annotation file.

        Parameters
        ----------
        annotations : Annotations
        audio : Path
            Folder that the file's paths are below.
        vocabulary : Vocabulary
        min_votes : int, optional
            Take tracks that so many annotators put into classes, whether they agree or not. By
            default those with a true class alone.

        Raises
        ------
        CollectionError
            If the file has no such taxonomy, votes for an unknown class, or no track that can be
            used, or if there is no such folder.
        """
        if not os.path.isdir(audio):
            raise CollectionError(
                "is no folder", subject=audio, remedy="give the dataset's audio folder as --audio"
            )
        taxonomy = annotations.taxonomy(vocabulary.task.name)
        taken: list[ExternalTrack] = []
        missing: list[Skipped] = []
        left_out: Counter[str] = Counter()
        for track in annotations.tracks:
            ballot = _ballot(track, taxonomy, vocabulary, annotations.source)
            objection = ballot.objection(min_votes)
            path = audio_of(track.path, audio)
            if objection:
                left_out[objection] += 1
            elif path is None:
                missing.append(Skipped(track.path, f"is not in {audio} (download it)"))
            else:
                taken.append(
                    ExternalTrack(
                        track.path, path, ballot.votes, ballot.truth, track.artist_id or None
                    )
                )
        found = cls(
            annotations.source,
            taxonomy,
            vocabulary.classes,
            tuple(taken),
            missing=tuple(missing),
            left_out=dict(sorted(left_out.items())),
        )
        return found._usable()

    @classmethod
    def of_collection(
        cls, collection: Collection, source: Path, vocabulary: Vocabulary
    ) -> ExternalSet:
        """Take the tracks of a collection, each of which has one label.

        Raises
        ------
        CollectionError
            If labels are no classes of the model's task, or no track can be used.
        """
        spelled = collection.with_task(vocabulary.task)
        taken: list[ExternalTrack] = []
        lacked = 0
        for track in spelled.tracks:
            position = vocabulary.position(track.label)
            if position is None:
                lacked += 1
            else:
                taken.append(
                    ExternalTrack(str(track.path), track.path, (position,), position, track.group)
                )
        there = [os.path.lexists(skip.path) for skip in spelled.skipped]
        found = cls(
            source,
            vocabulary.task.name,
            vocabulary.classes,
            tuple(taken),
            missing=tuple(compress(spelled.skipped, map(not_, there))),
            unreadable=tuple(compress(spelled.skipped, there)),
            left_out={LACKED: lacked} if lacked else {},
        )
        return found._usable()

    @property
    def distributions(self) -> NDArray[np.float64]:
        """Share of each class in the votes of each track, shape (n_tracks, n_classes)."""
        return vote_distributions([track.votes for track in self.tracks], len(self.classes))

    @property
    def groups(self) -> NDArray[np.str_] | None:
        """Group (artist) of each track, shape (n_tracks,); None where no track names one.

        A track without a group, among others that have one, is a group of its own.
        """
        if all(track.group is None for track in self.tracks):
            return None
        return np.array([track.group or track.name for track in self.tracks], dtype=np.str_)

    def _usable(self) -> ExternalSet:
        if self.tracks:
            return self
        reasons = [f"{count} {reason}" for reason, count in self.left_out.items()]
        if self.missing:
            reasons.append(
                f"{len(self.missing)} whose audio is missing, as {printable(self.missing[0].path)}"
            )
        if self.unreadable:
            reasons.append(f"{len(self.unreadable)} that cannot be read")
        raise CollectionError(
            f"has no track of {self.task} that can be used: {', '.join(reasons) or 'it is empty'}",
            subject=self.source,
            remedy="check that the list, --audio and --taxonomy belong together",
        )


def _ballot(track: AnnotatedTrack, taxonomy: str, vocabulary: Vocabulary, source: Path) -> Ballot:
    try:
        return Ballot.of(track.votes.get(taxonomy, ()), vocabulary)
    except KeyError as error:
        vote, task = error.args[0], vocabulary.task
        raise CollectionError(
            f"line {track.line} has a vote for {vote!r} in {taxonomy}, which is no class of "
            f"it{task.hint(vote)}",
            subject=source,
            remedy=f"the classes are {', '.join(task.classes)}; "
            f"{' and '.join(sorted(NO_CLASS))} stand for none",
        ) from error
