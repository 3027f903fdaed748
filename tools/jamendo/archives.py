"""Archives that `tarfile` reads wherever they lie: in parts on a server, in one go, or on disk.

Only what `tarfile` asks of a file in its mode "r:" is there: reading, telling where, and seeking
forward. The bodies of members are read around it, in chunks.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO, Protocol, cast

from tools.jamendo.client import Client, CutShortError

# A header is a block of 512 bytes, and tarfile reads the byte before it.
_WINDOW = 1024
# What tarfile may read at once: a name or a pax header, never a body. An archive that says that
# its name takes gigabytes is none of the dataset's.
_LONGEST_HEADER = 1 << 20
_CHUNK = 1 << 18


class Archive(Protocol):
    """An archive that is read from front to back."""

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`."""

    def read(self, size: int) -> bytes:
        """Read a header."""

    def seek(self, position: int) -> int:
        """Go on reading at a later position."""

    def tell(self) -> int:
        """Return where reading goes on."""


class RangedArchive:
    """An archive of which a server sends any part: what is not needed is not sent.

    Parameters
    ----------
    client : Client
    url : str
    size : int
        In bytes.
    """

    def __init__(self, client: Client, url: str, size: int) -> None:
        self._client = client
        self._url = url
        self._size = size
        self._position = 0
        self._start = 0
        self._window = b""

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`."""
        return self._client.read(self._url, start, min(end, self._size))

    def read(self, size: int) -> bytes:
        """Read a header; the next one is mostly elsewhere, so little more is fetched."""
        _check_header(size)
        end = min(self._position + size, self._size)
        if not (self._start <= self._position and end <= self._start + len(self._window)):
            upto = min(self._position + max(size, _WINDOW), self._size)
            self._window = b"".join(self.chunks(self._position, upto))
            self._start = self._position
        offset = self._position - self._start
        content = self._window[offset : offset + max(0, end - self._position)]
        self._position += len(content)
        return content

    def seek(self, position: int) -> int:
        """Go on reading elsewhere; nothing is fetched for it."""
        self._position = position
        return position

    def tell(self) -> int:
        """Return where reading goes on."""
        return self._position


class StreamedArchive:
    """An archive that a server sends from its beginning only: what is not needed is dropped.

    Parameters
    ----------
    url : str
        What messages call it.
    chunks : iterator of bytes
        All of it.
    """

    def __init__(self, url: str, chunks: Iterator[bytes]) -> None:
        self._url = url
        self._chunks = chunks
        self._rest = b""
        self._position = 0

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`.

        Raises
        ------
        CutShortError
            If they have gone by.
        """
        if start < self._position:
            raise CutShortError("what was sent has to be sent again", subject=self._url)
        self.seek(start)
        return self._take(end - start)

    def read(self, size: int) -> bytes:
        """Read a header."""
        _check_header(size)
        return b"".join(self._take(size))

    def seek(self, position: int) -> int:
        """Drop what comes before `position`."""
        for _ in self._take(position - self._position):
            pass
        return self._position

    def tell(self) -> int:
        """Return where reading goes on."""
        return self._position

    def _take(self, size: int) -> Iterator[bytes]:
        while size > 0:
            self._rest = self._rest or next(self._chunks, b"")
            if not self._rest:
                return
            taken, self._rest = self._rest[:size], self._rest[size:]
            self._position += len(taken)
            size -= len(taken)
            yield taken


class KeptArchive:
    """An archive on disk."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`."""
        self.seek(start)
        while start < end and (chunk := self._stream.read(min(_CHUNK, end - start))):
            start += len(chunk)
            yield chunk

    def read(self, size: int) -> bytes:
        """Read a header."""
        _check_header(size)
        return self._stream.read(size)

    def seek(self, position: int) -> int:
        """Go on reading elsewhere."""
        return self._stream.seek(position)

    def tell(self) -> int:
        """Return where reading goes on."""
        return self._stream.tell()


def members(archive: Archive) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """Yield the members of an archive and their names, without a leading "./".

    Raises
    ------
    tarfile.TarError
        If it is no archive.
    """
    with tarfile.open(fileobj=cast(BinaryIO, archive), mode="r:") as tar:
        for member in tar:
            yield str(PurePosixPath(member.name)), member


def refusal(member: tarfile.TarInfo) -> str:
    """Say why a member is not taken; empty where it is a plain file or folder.

    Examples
    --------
    >>> refusal(tarfile.TarInfo("../../etc/passwd"))
    'points outside the folder'
    >>> refusal(tarfile.TarInfo("14/214.mp3"))
    ''
    """
    path = PureWindowsPath(member.name)  # It takes both kinds of slashes, and knows drives.
    if path.drive or path.root or ".." in path.parts:
        return "points outside the folder"
    if member.issym() or member.islnk():
        return "is a link"
    if not (member.isreg() or member.isdir()):
        return "is a device or another special file"
    return ""


def _check_header(size: int) -> None:
    if not 0 <= size <= _LONGEST_HEADER:
        raise tarfile.ReadError(f"a header of {size} bytes")
