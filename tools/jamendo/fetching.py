"""Fetching tracks out of archives: no more of each archive than its server makes necessary."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from essentia_ldl.collection import Skipped
from essentia_ldl.errors import DownloadError
from essentia_ldl.progress import Advance, Progress
from tools.jamendo.archives import (
    Archive,
    KeptArchive,
    RangedArchive,
    StreamedArchive,
    members,
    refusal,
)
from tools.jamendo.client import Client, CutShortError, RangesIgnoredError, RefusedError
from tools.jamendo.lists import Checksums
from tools.jamendo.needs import Needs
from tools.jamendo.part import WrongBytesError, bring

Sizes = dict[str, int | None]

_ATTEMPTS = 3
_AGAIN = "run the command again, or try another --mirror"


@dataclass
class Fetched:
    """What became of the tracks: names that are there now, and why others are not."""

    tracks: list[str] = field(default_factory=list)
    failed: list[Skipped] = field(default_factory=list)


class Fetcher:
    """Fetches tracks into a folder.

    Parameters
    ----------
    client : Client
    address : str
        Of the folder that the archives are in.
    folder : Path
        Tracks are put under their names in the archives, as 14/214.mp3.
    checksums : Checksums
    progress : Progress
    """

    def __init__(
        self, client: Client, address: str, folder: Path, checksums: Checksums, progress: Progress
    ) -> None:
        self._client = client
        self._address = address.rstrip("/")
        self._folder = folder
        self._checksums = checksums
        self._progress = progress
        self._ranges = True

    def sizes(self, needs: Needs) -> Sizes:
        """Ask how large the archives are, in bytes; those that are refused are left out.

        Raises
        ------
        DownloadError
            If the server does not answer.
        """
        sizes: Sizes = {}
        with self._progress.stage("asking for sizes", len(needs.archives)) as advance:
            for name in needs.archives:
                try:
                    sizes[name] = self._client.size(self._url(name))
                except RefusedError as error:
                    self._progress.warn(str(error))
                advance(1)
        return sizes

    def fetch(self, needs: Needs, sizes: Sizes) -> Fetched:
        """Fetch tracks, and as little else of their archives as the server allows.

        A track that cannot be had is recorded, and the others are still fetched.

        Parameters
        ----------
        needs : Needs
        sizes : dict of str to int or None
            As `sizes` returns them.

        Raises
        ------
        DownloadError
            If the server stops answering.
        OutputError
            If the folder cannot be written.
        """
        return self._fetch(needs, sizes, self._from_server)

    def fetch_archives(self, needs: Needs, sizes: Sizes) -> Fetched:
        """Fetch whole archives, leave them in the folder, and take the tracks out of them.

        Parameters and errors are those of `fetch`.
        """
        return self._fetch(needs, sizes, self._from_kept)

    def _fetch(
        self, needs: Needs, sizes: Sizes, take: Callable[[_Wanted, int | None], None]
    ) -> Fetched:
        fetched = Fetched()
        with self._progress.stage("fetching tracks", needs.n_tracks) as advance:
            for name, tracks in needs.archives.items():
                wanted = _Wanted(name, set(tracks), fetched, advance)
                if name in sizes:
                    take(wanted, sizes[name])
                else:
                    wanted.give_up(f"is in {name}, which the server refuses ({_AGAIN})")
        return fetched

    def _from_server(self, wanted: _Wanted, size: int | None) -> None:
        if size is not None and self._ranges:
            try:
                self._take(wanted, RangedArchive(self._client, self._url(wanted.archive), size))
            except RangesIgnoredError as error:
                self._ranges = False
                self._progress.warn(f"{error}: archives are read through, which takes longer")
            else:
                return
        self._from_stream(wanted)

    def _from_stream(self, wanted: _Wanted) -> None:
        """Read an archive from its beginning, again after every break as long as that helps."""
        idle = 0
        while wanted.tracks and idle < _ATTEMPTS:
            before = len(wanted.tracks)
            url = self._url(wanted.archive)
            try:
                with closing(self._client.read_all(url)) as chunks:
                    self._take(wanted, StreamedArchive(url, chunks))
            except CutShortError as error:
                self._progress.warn(f"{error.subject}: {error.reason}; once more from its start")
                idle = 0 if len(wanted.tracks) < before else idle + 1
        wanted.give_up(f"did not come: the connection broke off every time ({_AGAIN})")

    def _from_kept(self, wanted: _Wanted, size: int | None) -> None:
        path = self._folder / wanted.archive
        url = self._url(wanted.archive)
        if size is None:
            raise DownloadError("the server does not tell its size", subject=url, remedy=_AGAIN)
        try:
            if not path.is_file():
                bring(
                    path,
                    self._checksums.archives[wanted.archive],
                    size,
                    lambda start: self._client.read(url, start, size),
                )
        except (WrongBytesError, RangesIgnoredError) as error:
            wanted.give_up(f"is in {wanted.archive}, which {error.reason} ({_AGAIN})")
            return
        with open(path, "rb") as stream:
            self._take(wanted, KeptArchive(stream))

    def _take(self, wanted: _Wanted, archive: Archive) -> None:
        """Take what is wanted out of an archive, up to the last of it."""
        refused: list[str] = []
        with _reading(wanted):
            for name, member in members(archive):
                problem = refusal(member)
                if problem:
                    refused.append(f"{name} {problem}")
                    if name in wanted.tracks:
                        wanted.fail(name, f"{problem} in {wanted.archive}, and was refused")
                elif name in wanted.tracks and member.isreg():
                    self._bring(wanted, name, member, archive)
                if not wanted.tracks:
                    break
            wanted.give_up(f"is not in {wanted.archive} ({_AGAIN})")
        if refused:
            self._progress.warn(f"{wanted.archive}: {len(refused)} refused, as {refused[0]}")

    def _bring(self, wanted: _Wanted, name: str, member: tarfile.TarInfo, archive: Archive) -> None:
        begin, end = member.offset_data, member.offset_data + member.size
        try:
            bring(
                self._folder / name,
                self._checksums.tracks[name],
                member.size,
                lambda start: archive.chunks(begin + start, end),
            )
        except WrongBytesError as error:
            wanted.fail(name, f"{error.reason} ({_AGAIN})")
        else:
            wanted.done(name)

    def _url(self, archive: str) -> str:
        return f"{self._address}/{archive}"


class _Wanted:
    """What is still to be taken from an archive."""

    def __init__(self, archive: str, tracks: set[str], fetched: Fetched, advance: Advance) -> None:
        self.archive = archive
        self.tracks = tracks
        self._fetched = fetched
        self._advance = advance

    def done(self, track: str) -> None:
        self._fetched.tracks.append(track)
        self._leave(track)

    def fail(self, track: str, reason: str) -> None:
        self._fetched.failed.append(Skipped(track, reason))
        self._leave(track)

    def give_up(self, reason: str) -> None:
        for track in sorted(self.tracks):
            self.fail(track, reason)

    def _leave(self, track: str) -> None:
        self.tracks.discard(track)
        self._advance(1)


@contextmanager
def _reading(wanted: _Wanted) -> Iterator[None]:
    """Record what a faulty archive costs."""
    try:
        yield
    except tarfile.TarError as error:
        wanted.give_up(f"is in {wanted.archive}, which is no tar archive: {error} ({_AGAIN})")
    except RefusedError as error:
        wanted.give_up(f"is in {wanted.archive}: {error.reason} ({_AGAIN})")
