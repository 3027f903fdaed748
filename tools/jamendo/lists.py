"""The dataset's lists of SHA-256 sums, of the archives and of the tracks in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.errors import DownloadError
from essentia_ldl.files import write_bytes
from tools.jamendo.client import Client

#: Where the dataset's repository keeps its lists.
LISTS = "https://raw.githubusercontent.com/MTG/mtg-jamendo-dataset/master/data/download"

_LINE = re.compile(r"([0-9a-f]{64}) +(\S+)")
_TRACK = re.compile(r"(\d\d)/\d+(?:\.low)?\.mp3")
_ARCHIVE = re.compile(r"[\w.-]+-\d\d\.tar")


@dataclass(frozen=True)
class Checksums:
    """What an archive, or a track, has to be.

    Parameters
    ----------
    kind : str
        "audio" or "audio-low".
    archives, tracks : mapping of str to str
        SHA-256 by name: "raw_30s_audio-14.tar", "14/214.mp3".
    """

    kind: str
    archives: Mapping[str, str]
    tracks: Mapping[str, str]

    def track(self, path: str) -> str:
        """Return a track's name in the archives; those of audio-low are named otherwise.

        Examples
        --------
        >>> Checksums("audio-low", {}, {}).track("14/214.mp3")
        '14/214.low.mp3'
        """
        return path.removesuffix(".mp3") + ".low.mp3" if self.kind == "audio-low" else path

    def archive(self, track: str) -> str:
        """Return the name of the archive that a track is in.

        Examples
        --------
        >>> Checksums("audio", {}, {}).archive("14/214.mp3")
        'raw_30s_audio-14.tar'
        """
        return f"raw_30s_{self.kind}-{track[:2]}.tar"


def load_checksums(source: str, kind: str, folder: Path, client: Client) -> Checksums:
    """Read the dataset's lists from a folder, or download them, once.

    Parameters
    ----------
    source : str
        A folder, or the address of one (`LISTS`).
    kind : str
        "audio" or "audio-low".
    folder : Path
        Where lists that were downloaded are kept.
    client : Client

    Raises
    ------
    DownloadError
        If a list is absent, or is no list of sums.
    """
    archives, tracks = (
        _load(source, f"raw_30s_{kind}_sha256_{what}.txt", pattern, folder, client)
        for what, pattern in (("tars", _ARCHIVE), ("tracks", _TRACK))
    )
    return Checksums(kind, archives, tracks)


def _load(
    source: str, name: str, pattern: re.Pattern[str], folder: Path, client: Client
) -> dict[str, str]:
    kept = folder / name
    if "://" not in source:
        return _parse(_read(Path(source) / name), pattern, Path(source) / name)
    if kept.is_file():
        return _parse(_read(kept), pattern, kept)
    address = f"{source.rstrip('/')}/{name}"
    content = client.get(address)
    sums = _parse(content, pattern, address)
    write_bytes(kept, content)
    return sums


def _read(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise DownloadError(
            f"the dataset's list of sums cannot be read: {error.strerror}",
            subject=path,
            remedy="give data/download of the dataset's repository as --lists, or no --lists",
        ) from error


def _parse(content: bytes, pattern: re.Pattern[str], source: object) -> dict[str, str]:
    sums: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        found = _LINE.fullmatch(line.strip())
        if not found or not pattern.fullmatch(found[2]):
            raise DownloadError(
                f"line {number} is no SHA-256 with a name: {line[:60]!r}",
                subject=source,
                remedy="it is not the dataset's list: remove it, or give another --lists",
            )
        sums[found[2]] = found[1]
    if not sums:
        raise DownloadError("is empty", subject=source, remedy="give another --lists")
    return sums
