"""What an audit found, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from essentia_ldl.collection import Skipped
from essentia_ldl.collection.votes import Votes

#: Equal bytes, or sound that is recognised as the same recording.
DuplicateKind = Literal["exact", "near"]


@dataclass(frozen=True)
class AuditedTrack:
    """What an audit says of one track.

    Attributes
    ----------
    path : str
        The audio file.
    label : str
        The class it was given.
    suggested_label : str
        The likeliest class out of fold; the given one where none is likelier.
    suspicion : float
        That the label is wrong, from 0 to 1: one minus the given class's probability out of fold.
    ambiguity : float
        From 0 (one class alone) to 1 (all classes alike): entropy of the out-of-fold
        distribution, divided by the logarithm of the number of classes.
    distribution : tuple of float, length n_classes
        Probabilities of the classes by a model that learned neither from the track nor from
        others of its group or recording; sums to 1.
    neighbors : tuple of int
        The most similar tracks as indices into the audit's, nearest first. Copies of the track
        and tracks of its group are none.
    neighbor_suspicion : float
        One minus the share of the given class among the neighbours, from 0 to 1.
    duplicate_of : int or None
        The first track of the audit with the same recording; None for that one itself.
    group : str or None
        What it shares with other tracks, usually the artist.
    position : tuple of two floats
        On the map of the collection, each from 0 to 1; similar tracks lie close.
    votes : tuple of (str, float), or None
        What the collection has of annotators' votes; see `essentia_ldl.collection.Track`.
    """

    path: str
    label: str
    suggested_label: str
    suspicion: float
    ambiguity: float
    distribution: tuple[float, ...]
    neighbors: tuple[int, ...]
    neighbor_suspicion: float
    duplicate_of: int | None = None
    group: str | None = None
    position: tuple[float, float] = (0.5, 0.5)
    votes: Votes | None = None


@dataclass(frozen=True)
class Overlap:
    """Two classes that are taken for each other.

    Attributes
    ----------
    first, second : str
        Classes.
    confusion : float
        From 0 to 1: the mean probability of the other class, over the tracks of either; both
        classes count alike, whatever their sizes.
    n_tracks : int
        Tracks of either class whose suggested label is the other.
    """

    first: str
    second: str
    confusion: float
    n_tracks: int


@dataclass(frozen=True)
class Duplicate:
    """Two tracks with one recording.

    Attributes
    ----------
    first, second : int
        Indices into the audit's tracks; first < second.
    similarity : float
        1 for equal bytes; else the share of bits in which the two fingerprints agree where they
        overlap (unrelated recordings agree in half of them).
    kind : {"exact", "near"}
    same_label : bool
    """

    first: int
    second: int
    similarity: float
    kind: DuplicateKind
    same_label: bool


@dataclass(frozen=True)
class Audit:
    """A collection's labels, looked at.

    Attributes
    ----------
    name : str
        The collection's.
    classes : tuple of str
        The order of the distributions.
    tracks : tuple of AuditedTrack
        In the collection's order.
    overlaps : tuple of Overlap
        The most confused first.
    duplicates : tuple of Duplicate
        Every pair that was found.
    skipped : tuple of Skipped
        What could not be looked at, and why.
    warnings : tuple of str
    settings : mapping
        How the scores were made, in plain JSON types.
    versions : mapping
        Of the packages whose numbers enter.
    """

    name: str
    classes: tuple[str, ...]
    tracks: tuple[AuditedTrack, ...]
    overlaps: tuple[Overlap, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def balance(self) -> dict[str, int]:
        """Number of tracks of every class, in the order of the classes.

        Examples
        --------
        >>> track = AuditedTrack("a.wav", "jazz", "pop", 0.9, 0.5, (0.1, 0.9), (), 1.0)
        >>> Audit("demo", ("jazz", "pop"), (track,)).balance
        {'jazz': 1, 'pop': 0}
        """
        counts = dict.fromkeys(self.classes, 0)
        for track in self.tracks:
            counts[track.label] += 1
        return counts

    def most_suspicious(self, n_tracks: int) -> list[int]:
        """Indices of the `n_tracks` most suspicious tracks, the most suspicious first."""
        return self._first(n_tracks, "suspicion")

    def most_ambiguous(self, n_tracks: int) -> list[int]:
        """Indices of the `n_tracks` most ambiguous tracks, the most ambiguous first."""
        return self._first(n_tracks, "ambiguity")

    def _first(self, n_tracks: int, score: str) -> list[int]:
        order = sorted(range(len(self.tracks)), key=lambda i: -getattr(self.tracks[i], score))
        return order[:n_tracks]

    def to_dict(self) -> dict[str, Any]:
        """Return the content of audit.json: the attributes, and the balance."""
        return {
            **asdict(self),
            "settings": dict(self.settings),
            "versions": dict(self.versions),
            "balance": self.balance,
        }
