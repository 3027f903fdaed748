"""Files that are either whole or absent."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from essentia_ldl.errors import OutputError

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}")
_STALE_SECONDS = 24 * 60 * 60


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a binary file that appears under `path` only when it was written to the end.

    The bytes go to a temporary file in the same folder (made where absent), which is renamed
    into place on success and removed otherwise.

    Raises
    ------
    OutputError
        If the folder or file cannot be written, for example because the disk is full.
    """
    target = Path(path)
    temporary = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Not tempfile's, which only its owner may read: this one gets the umask's permissions.
        with open(temporary, "xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with suppress(OSError):  # It is not there after success, or where nothing can be written.
            temporary.unlink()


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with atomic_write(path) as stream:
        stream.write(content)


def write_text(path: str | os.PathLike[str], content: str) -> None:
    """Write `content` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, content.encode())


def write_json(path: str | os.PathLike[str], content: Any) -> None:
    """Write `content` to `path` as indented JSON; NaN is refused, as JSON has none."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def check_writable(folder: Path) -> None:
    """Make sure that a folder of results can be written to: before hours of work, not after them.

    Parameters
    ----------
    folder : Path
        Made where absent.

    Raises
    ------
    OutputError
        If no file can be written to it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}",
            subject=folder,
            remedy="choose a folder that you may write to, with -o",
        ) from error


def remove_stale_temporaries(folder: Path) -> None:
    """Remove what processes that were killed while they wrote left in a folder.

    Parameters
    ----------
    folder : Path
        Temporary files of `atomic_write` directly in it go when they are older than a day, so
        that no other process still writes to them. What cannot be removed stays.
    """
    oldest = time.time() - _STALE_SECONDS
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name) and entry.stat().st_mtime < oldest:
                os.unlink(entry)


def sha256_of(path: str | os.PathLike[str]) -> str:
    """Hexadecimal SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _unwritable(target: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot be written: {error.strerror or error}",
        subject=target,
        remedy="free some space, or choose a folder that you may write to",
    )
