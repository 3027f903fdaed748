"""Collections that are a folder with one folder per class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from essentia_ldl.audio import AUDIO_EXTENSIONS
from essentia_ldl.collection.entries import Entry, Found
from essentia_ldl.collection.spelling import printable
from essentia_ldl.collection.track import Skipped
from essentia_ldl.errors import CollectionError


def read_folder(folder: Path) -> Found:
    """List the audio below each class folder, however deep; the class folder names the class.

    Hidden files and files that are no audio are passed over. A class folder without audio, and
    audio outside a class folder, are reported as skipped.

    Raises
    ------
    CollectionError
        If the folder, or one below it, cannot be read.
    """
    items: list[Entry | Skipped] = []
    for child, is_folder in _children(folder):
        if is_folder:
            tracks = [Entry(path, child.name) for path in audio_below(child)]
            nothing = _skip(child, "holds no audio (add some, or remove the folder)")
            items += tracks or [nothing]
        elif _is_audio(child.name):
            items.append(_skip(child, "is in no class folder (move it into that of its class)"))
    return Found.of(items)


def _children(folder: Path) -> list[tuple[Path, bool]]:
    """List what is in a folder and not hidden, each with whether it is a folder."""
    try:
        with os.scandir(folder) as found:
            return sorted(
                (Path(child), child.is_dir()) for child in found if not child.name.startswith(".")
            )
    except OSError as error:
        raise _unreadable(error) from error


def audio_below(folder: Path) -> Iterator[Path]:
    """List the audio in a folder and the folders below it, in no order; hidden files are not.

    Raises
    ------
    CollectionError
        If a folder cannot be read.
    """
    # Links are followed, as collections are often built of them; one that leads back would go
    # round for ever, or into the other classes.
    seen = {os.path.realpath(folder), os.path.realpath(folder.parent)}
    for parent, folders, files in os.walk(folder, followlinks=True, onerror=_raise_unreadable):
        fresh = []
        for name in sorted(folders):
            real = os.path.realpath(os.path.join(parent, name))
            if not name.startswith(".") and real not in seen:
                seen.add(real)
                fresh.append(name)
        folders[:] = fresh
        yield from (Path(parent, name) for name in files if _is_audio(name))


def _is_audio(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in AUDIO_EXTENSIONS


def _skip(path: Path, reason: str) -> Skipped:
    return Skipped(printable(str(path)), reason)


def _raise_unreadable(error: OSError) -> None:
    raise _unreadable(error) from error


def _unreadable(error: OSError) -> CollectionError:
    return CollectionError(
        f"cannot be read: {error.strerror}",
        subject=printable(os.fsdecode(error.filename)),
        remedy="make the folder readable, or move it out of the collection",
    )
