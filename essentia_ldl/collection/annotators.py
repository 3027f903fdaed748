"""Tables with a line for each annotator and track: lines of one track become its votes."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from essentia_ldl.collection.entries import Entry
from essentia_ldl.collection.spelling import clean, is_text
from essentia_ldl.collection.votes import Votes, count, leading_class
from essentia_ldl.errors import CollectionError

# One person's opinion is a label; it takes several to tell a distribution.
_FEWEST = 2


@dataclass(frozen=True)
class Opinion:
    """A line of a table: a track's label, and who gave it; "" where the line does not say."""

    entry: Entry
    annotator: str
    line: int


def poll(opinions: Iterable[Opinion], table: Path) -> tuple[Entry, ...]:
    """Make one entry of what annotators say of a recording, labelled as most of them say.

    A line that names no annotator is an ordinary entry; its label is the recording's, beside the
    votes of others. Where one annotator alone names a class, the line is an ordinary one too.

    Parameters
    ----------
    opinions : iterable of Opinion
    table : Path
        Where they stand.

    Raises
    ------
    CollectionError
        If an annotator labels a recording twice, or annotators name different groups for it.

    Examples
    --------
    >>> path = Path("a.wav")
    >>> said = [("Ann", "jazz"), ("Bob", "rock"), ("Zoe", "rock")]
    >>> lines = [Opinion(Entry(path, label), who, i) for i, (who, label) in enumerate(said)]
    >>> poll(lines, Path("list.csv"))[0].votes
    (('jazz', 1.0), ('rock', 2.0))
    """
    entries: list[Entry] = []
    ballots: dict[Hashable, list[Opinion]] = {}
    for opinion in opinions:
        if opinion.annotator and _is_vote(opinion.entry):
            ballots.setdefault(_recording(opinion.entry), []).append(opinion)
        else:
            entries.append(opinion.entry)
    votes: dict[Hashable, Votes] = {}
    for key, ballot in ballots.items():
        if len(ballot) < _FEWEST:
            entries += [opinion.entry for opinion in ballot]
        else:
            votes[key] = _votes(ballot, table)
    labelled = {_recording(entry) for entry in entries if _is_vote(entry)}
    together = [
        replace(entry, votes=votes.get(_recording(entry), entry.votes)) for entry in entries
    ]
    alone = [_elected(ballots[key], votes[key], table) for key in votes if key not in labelled]
    return (*together, *alone)


def _is_vote(entry: Entry) -> bool:
    """Tell an entry with a label from one that is going to be skipped."""
    return bool(clean(entry.label)) and is_text(entry.label)


def _recording(entry: Entry) -> Hashable:
    text = str(entry.path)
    return os.path.realpath(text) if is_text(text) else text


def _votes(ballot: list[Opinion], table: Path) -> Votes:
    seen: dict[str, Opinion] = {}
    for opinion in ballot:
        first = seen.setdefault(opinion.annotator, opinion)
        if first is not opinion:
            raise CollectionError(
                f"lines {first.line} and {opinion.line} are both by {opinion.annotator}, on "
                f"{opinion.entry.path}",
                subject=table,
                remedy="keep the one that is right",
            )
    return count((clean(opinion.entry.label), 1) for opinion in ballot)


def _elected(ballot: list[Opinion], votes: Votes, table: Path) -> Entry:
    return Entry(
        path=min(opinion.entry.path for opinion in ballot),
        label=leading_class(votes),
        group=_group(ballot, table),
        votes=votes,
    )


def _group(ballot: list[Opinion], table: Path) -> str | None:
    named = [opinion for opinion in ballot if opinion.entry.group]
    for other in named[1:]:
        if other.entry.group != named[0].entry.group:
            raise CollectionError(
                f"lines {named[0].line} and {other.line} put {other.entry.path} in the groups "
                f"{named[0].entry.group} and {other.entry.group}",
                subject=table,
                remedy="name the same group, or name it in one of the lines alone",
            )
    return named[0].entry.group if named else None
