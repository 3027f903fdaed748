"""Which audio files the user means."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from essentia_ldl.audio import AUDIO_EXTENSIONS
from essentia_ldl.collection import Skipped
from essentia_ldl.collection.folder import audio_below
from essentia_ldl.collection.spelling import printable
from essentia_ldl.errors import CollectionError


def audio_files(
    paths: Iterable[str | os.PathLike[str]],
) -> tuple[list[Path], list[Skipped]]:
    """Replace each folder by the audio files below it; other paths stay as they are.

    Parameters
    ----------
    paths : iterable of path
        Folders, and files of any kind: one that is absent or holds no audio is reported when it
        is classified.

    Returns
    -------
    files : list of Path
        In the order given, the files of a folder sorted; each file once.
    skipped : list of Skipped
        Folders with no audio in or below them, and folders that cannot be read to the end.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("b.wav", "a.mp3", "notes.txt"):
    ...         Path(folder, name).touch()
    ...     files, skipped = audio_files([folder, "c.ogg"])
    >>> [file.name for file in files], skipped
    (['a.mp3', 'b.wav', 'c.ogg'], [])
    """
    files: dict[Path, None] = {}
    skipped: list[Skipped] = []
    for path in map(Path, paths):
        found = _audio_in(path) if path.is_dir() else [path]
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            files |= dict.fromkeys(found)
    return list(files), skipped


def _audio_in(folder: Path) -> list[Path] | Skipped:
    try:
        found = sorted(audio_below(folder))
    except CollectionError as error:
        reason = f"{error.subject} {error.reason} (make it readable, or leave it out)"
        return Skipped(printable(str(folder)), reason)
    known = ", ".join(sorted(AUDIO_EXTENSIONS))
    nothing = f"there is no audio file in this folder (known are {known})"
    return found or Skipped(printable(str(folder)), nothing)
