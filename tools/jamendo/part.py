"""Files that come in parts, over several runs, and get their name when they are right."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from essentia_ldl.errors import DownloadError, OutputError

_CHUNK = 1 << 20


class WrongBytesError(DownloadError):
    """What came has another hash than it should."""


def bring(target: Path, sha256: str, size: int, chunks: Callable[[int], Iterator[bytes]]) -> None:
    """Fetch a file, going on where an earlier run stopped.

    The bytes are appended to ``TARGET.part``, which stays when the work is interrupted, and get
    the name `target` once all are there and their hash is right.

    Parameters
    ----------
    target : Path
    sha256 : str
        Hexadecimal.
    size : int
        In bytes.
    chunks : callable
        Gives the file's bytes from a position on.

    Raises
    ------
    WrongBytesError
        If the hash is another; the part is removed.
    OutputError
        If the file cannot be written, for example because the disk is full.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        resumed = part.exists()
        if resumed and _append(part, size, chunks) != sha256:
            part.unlink()  # It may have been begun with other bytes than the server has now.
            resumed = False
        if not resumed and _append(part, size, chunks) != sha256:
            part.unlink()
            raise WrongBytesError("came with other bytes than the dataset's", subject=target.name)
        part.replace(target)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}",
            subject=target,
            remedy="free some space, or choose a folder that you may write to; "
            "the same command goes on where it stopped",
        ) from error


def _append(part: Path, size: int, chunks: Callable[[int], Iterator[bytes]]) -> str:
    """Add what is missing, and return the hash of the whole."""
    digest, have = _digest_of(part, size)
    with open(part, "ab") as stream:
        stream.truncate(have)
        for chunk in chunks(have):
            stream.write(chunk)
            digest.update(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def _digest_of(part: Path, size: int) -> tuple[hashlib._Hash, int]:
    """Hash what is there already, up to `size` bytes, and count it."""
    digest, have = hashlib.sha256(), 0
    if part.exists():
        with open(part, "rb") as stream:
            while chunk := stream.read(min(_CHUNK, size - have)):
                digest.update(chunk)
                have += len(chunk)
    return digest, have
