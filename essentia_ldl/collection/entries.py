"""What a folder or list names, and which of it can be used as tracks."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.collection.duplicates import split_duplicates
from essentia_ldl.collection.spelling import clean, is_text, printable
from essentia_ldl.collection.track import Skipped, Track
from essentia_ldl.collection.votes import Votes


@dataclass(frozen=True)
class Entry:
    """A path with a label, as found; nothing about it was checked yet."""

    path: Path
    label: str
    group: str | None = None
    votes: Votes | None = None


@dataclass(frozen=True)
class Found:
    """What a source holds: entries, and what could not even become one."""

    entries: tuple[Entry, ...]
    skipped: tuple[Skipped, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Entry | Skipped]) -> Found:
        """Tell entries from what was skipped."""
        everything = list(items)
        return cls(
            tuple(item for item in everything if isinstance(item, Entry)),
            tuple(item for item in everything if isinstance(item, Skipped)),
        )


def usable_tracks(found: Found) -> tuple[tuple[Track, ...], tuple[Skipped, ...]]:
    """Turn entries into tracks: existing files with one label each, sorted by path.

    Neither the order of the entries nor that of the file system shows in the result.
    """
    tracks: list[Track] = []
    skipped = list(found.skipped)
    for entry in found.entries:
        problem = _problem(entry)
        if problem:
            skipped.append(Skipped(printable(str(entry.path)), problem))
        else:
            tracks.append(Track(entry.path, clean(entry.label), entry.group, entry.votes))
    tracks.sort(key=_order)
    kept, repeated = split_duplicates(tracks, [os.path.realpath(track.path) for track in tracks])
    every_skipped = {*skipped, *repeated}
    return kept, tuple(sorted(every_skipped, key=lambda skip: (skip.path, skip.reason)))


def listed_path(text: str, folder: Path) -> Path:
    r"""Find the file that a list in `folder` names, whatever system the list was written on.

    Lists that travelled write accents composed or not, ``\`` for ``/``, and blanks around a
    path. The first spelling that exists is taken.
    """
    spellings = list(_spellings(text))
    candidates = [folder / os.path.expanduser(spelling) for spelling in spellings]
    existing = (path for path in candidates if is_text(str(path)) and os.path.lexists(path))
    return next(existing, candidates[1])


def _spellings(text: str) -> Iterator[str]:
    stripped = text.strip()
    yield text
    yield stripped
    yield unicodedata.normalize("NFC", stripped)
    yield unicodedata.normalize("NFD", stripped)
    yield stripped.replace("\\", "/")


def _order(track: Track) -> tuple[str, str, bool, str, Votes]:
    # Of two entries alike but for the group, the one that names a group comes first.
    return str(track.path), track.label, track.group is None, track.group or "", track.votes or ()


def _problem(entry: Entry) -> str:
    """Say why an entry cannot be a track; empty where it can."""
    if not is_text(str(entry.path)):
        return "its path is not valid UTF-8 (rename it)"
    if not clean(entry.label):
        return "has no label (add one, or remove the entry)"
    if not is_text(entry.label):
        return "its label is not valid UTF-8 (correct it)"
    return _unreadable(entry.path)


def _unreadable(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist (correct the path, or restore the file)"
    except OSError as error:
        return f"cannot be read: {error.strerror} (make it readable, or remove the entry)"
    if stat.S_ISDIR(mode):
        return "is a folder (name the audio file)"
    if not stat.S_ISREG(mode):
        return "is not a regular file (name the audio file)"
    if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        return "cannot be read: permission denied (make it readable, or remove the entry)"
    return ""
