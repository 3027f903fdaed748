r"""MTG-Jamendo's music classification annotations, clean and raw, with every vote.

A file is tab-separated: the columns TRACK_ID, ARTIST_ID, ALBUM_ID, PATH and DURATION, then one
column or more of tags under the title TAGS or ANNOTATIONS, as many as a track has taxonomies. A
tag is ``TAXONOMY---VOTE,VOTE,VOTE``, a vote per annotator. Equal votes are the rule, so they are
kept as a list: a set would lose how many annotators agreed.

References
----------
MTG-Jamendo dataset, derived/music-classification-annotations.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from essentia_ldl.collection.spelling import canonical, clean, enumerate_names
from essentia_ldl.collection.text import read_text
from essentia_ldl.errors import CollectionError

_COLUMNS = ("TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION")
_TAGS = ("TAGS", "ANNOTATIONS")
_FORM = (
    "expected is MTG-Jamendo's form: tabs between TRACK_ID, ARTIST_ID, ALBUM_ID, PATH, DURATION "
    "and tags as genre_dortmund---rock,rock,pop"
)
_ID = re.compile(r"track_\d+")
_PATH_COLUMN = _COLUMNS.index("PATH")
_NAMES_SHOWN = 20


@dataclass(frozen=True)
class AnnotatedTrack:
    """A line of an annotation file.

    Attributes
    ----------
    track_id, artist_id : str
        As "track_0000214" and "artist_000014".
    path : str
        Below the folder of the dataset's audio, as "14/214.mp3".
    votes : dict of str to tuple of str
        By taxonomy, one vote per annotator, as they are written.
    line : int
        Counted from 1.
    """

    track_id: str
    artist_id: str
    path: str
    votes: dict[str, tuple[str, ...]]
    line: int


@dataclass(frozen=True)
class Annotations:
    """An annotation file.

    Attributes
    ----------
    source : Path
    tracks : tuple of AnnotatedTrack
        In the order of the file.
    """

    source: Path
    tracks: tuple[AnnotatedTrack, ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Annotations:
        r"""Read an annotation file; line ends may be CRLF or LF.

        Raises
        ------
        CollectionError
            If the file cannot be read, its header or a line is not of MTG-Jamendo's form, or an
            id is there twice; the message names the line.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "raw.tsv")
        ...     _ = file.write_text(
        ...         "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\r\n"
        ...         "track_0000214\tartist_000014\talbum_000031\t14/214.mp3\t124.6\t"
        ...         "genre_dortmund---rock,rock,pop\tmood_sad---not_sad\r\n"
        ...     )
        ...     annotations = Annotations.read(file)
        >>> annotations.taxonomies, annotations.tracks[0].votes["genre_dortmund"]
        (('genre_dortmund', 'mood_sad'), ('rock', 'rock', 'pop'))
        """
        source = Path(path)
        lines = _lines(read_text(source))
        _check_header(next(lines, (1, []))[1], source)
        tracks = tuple(_track(fields, number, source) for number, fields in lines)
        if not tracks:
            raise CollectionError("lists no track", subject=source, remedy=_FORM)
        _check_ids(tracks, source)
        return cls(source, tracks)

    @property
    def taxonomies(self) -> tuple[str, ...]:
        """Every taxonomy that a track has votes in, sorted."""
        return tuple(sorted({name for track in self.tracks for name in track.votes}))

    def taxonomy(self, name: str) -> str:
        """Return the file's spelling of a taxonomy; case, ``-`` and ``_`` do not count.

        Raises
        ------
        CollectionError
            If no track has votes in it; the nearest is named.
        """
        known = {canonical(taxonomy): taxonomy for taxonomy in self.taxonomies}
        found = known.get(canonical(name))
        if found is None:
            near = get_close_matches(canonical(name), known, n=1)
            nearest = f"; the nearest is {known[near[0]]}" if near else ""
            raise CollectionError(
                f"has no votes in a taxonomy {name}{nearest}",
                subject=self.source,
                remedy="give --taxonomy; the file has "
                + (enumerate_names([*self.taxonomies], limit=_NAMES_SHOWN) or "none"),
            )
        return found


def is_annotation_file(path: str | os.PathLike[str]) -> bool:
    """Tell an annotation file from other lists, by its first line.

    A line that has only one of the columns that no other list has is still meant to be one, so
    that reading it says what is wrong with the others.

    Raises
    ------
    CollectionError
        If the file cannot be read.
    """
    source = Path(path)
    if source.suffix.lower() != ".tsv" or not source.is_file():
        return False
    header = next(_lines(read_text(source)), (1, []))[1]
    return not {*_COLUMNS[:3], *_TAGS}.isdisjoint(map(str.strip, header))


def audio_of(path: str, folder: Path) -> Path | None:
    """Find a track's audio: under its path, or as the dataset's audio-low names it.

    Parameters
    ----------
    path : str
        As "14/214.mp3"; audio-low has "14/214.low.mp3".
    folder : Path
        Of the dataset's audio.

    Returns
    -------
    Path or None
        None where there is neither.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "14").mkdir()
    ...     Path(folder, "14", "214.low.mp3").touch()
    ...     audio_of("14/214.mp3", Path(folder)).name
    '214.low.mp3'
    """
    full = folder / path
    low = full.with_name(f"{full.stem}.low{full.suffix}")
    # Unlike Path's, this says no to names that are too long for a file.
    return next((file for file in (full, low) if os.path.isfile(file)), None)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of the lines that are not blank, with the lines' numbers."""
    # Not splitlines, which takes other characters for line ends too.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r").split("\t")


def _check_header(header: list[str], source: Path) -> None:
    titles = [title.strip() for title in header]
    if not titles:
        raise CollectionError("is empty", subject=source, remedy=_FORM)
    if tuple(titles[:-1]) != _COLUMNS or titles[-1] not in _TAGS:
        found = enumerate_names([repr(title) for title in titles], limit=10)
        raise CollectionError(
            f"line 1 is another header: {found}",
            subject=source,
            remedy=f"it has to be {', '.join(_COLUMNS)} and {' or '.join(_TAGS)}, with tabs "
            "between them",
        )


def _track(fields: list[str], number: int, source: Path) -> AnnotatedTrack:
    values = [field.strip() for field in fields]
    tags = [value for value in values[len(_COLUMNS) :] if value]
    problem = _problem(values, tags)
    if problem:
        raise CollectionError(f"line {number} {problem}", subject=source, remedy=_FORM)
    return AnnotatedTrack(
        track_id=values[0],
        artist_id=values[1],
        path=values[_PATH_COLUMN],
        votes=dict(_votes(tag) for tag in tags),
        line=number,
    )


def _problem(values: list[str], tags: list[str]) -> str:
    """Say what is wrong with a line; empty where nothing is."""
    if not tags:
        return f"ends after {len(values)} columns, without a tag"
    if not _ID.fullmatch(values[0]):
        return f"begins with {values[0]!r}, not with an id as track_0000214"
    path = PurePosixPath(values[_PATH_COLUMN])
    if not values[_PATH_COLUMN] or path.is_absolute() or ".." in path.parts:
        return f"has the path {str(path)!r}, which is not below the folder of audio"
    malformed = next((tag for tag in tags if not all(_votes(tag)[1]) or not _votes(tag)[0]), None)
    if malformed is not None:
        return f"has the tag {malformed!r}, which is no taxonomy with votes"
    taxonomies = [_votes(tag)[0] for tag in tags]
    twice = next((name for name in taxonomies if taxonomies.count(name) > 1), None)
    return f"has the taxonomy {twice} twice" if twice else ""


def _votes(tag: str) -> tuple[str, tuple[str, ...]]:
    """Split ``TAXONOMY---VOTE,VOTE``; a tag without ``---`` has one vote, which is empty."""
    taxonomy, _, votes = tag.partition("---")
    return clean(taxonomy), tuple(clean(vote) for vote in votes.split(","))


def _check_ids(tracks: tuple[AnnotatedTrack, ...], source: Path) -> None:
    seen: dict[str, int] = {}
    for track in tracks:
        first = seen.setdefault(track.track_id, track.line)
        if first != track.line:
            raise CollectionError(
                f"line {track.line} has {track.track_id} again, which is on line {first}",
                subject=source,
                remedy="remove one of the two lines",
            )
