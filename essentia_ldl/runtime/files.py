"""Which audio files the user means."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from essentia_ldl.audio import AUDIO_EXTENSIONS
from essentia_ldl.collection.folder import audio_below
from essentia_ldl.errors import AudioError


def audio_files(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Replace each folder by the audio files below it; other paths stay as they are.

    Parameters
    ----------
    paths : iterable of path
        Folders, and files of any kind: one that is absent or holds no audio is reported when it
        is classified.

    Returns
    -------
    list of Path
        In the order given, the files of a folder sorted; each file once.

    Raises
    ------
    AudioError
        If there is no audio file in a folder or below it.
    CollectionError
        If a folder cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name in ("b.wav", "a.mp3", "notes.txt"):
    ...         Path(folder, name).touch()
    ...     [file.name for file in audio_files([folder, "c.ogg"])]
    ['a.mp3', 'b.wav', 'c.ogg']
    """
    files: dict[Path, None] = {}
    for path in map(Path, paths):
        files |= dict.fromkeys(_audio_in(path) if path.is_dir() else [path])
    return list(files)


def _audio_in(folder: Path) -> list[Path]:
    found = sorted(audio_below(folder))
    if not found:
        raise AudioError(
            "there is no audio file in this folder",
            subject=folder,
            remedy=f"known are {', '.join(sorted(AUDIO_EXTENSIONS))}",
        )
    return found
