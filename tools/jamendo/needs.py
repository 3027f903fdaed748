"""What annotation files need, and what of it is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.collection.annotations import Annotations
from essentia_ldl.files import sha256_of
from essentia_ldl.progress import Progress
from tools.jamendo.lists import Checksums


@dataclass(frozen=True)
class Needs:
    """The tracks that have to be fetched.

    Parameters
    ----------
    archives : dict of str to tuple of str
        Names of tracks by the archive that they are in, both sorted.
    present : int
        Tracks that are there and right.
    unlisted : tuple of str
        Paths that the dataset's list of sums does not have.
    """

    archives: dict[str, tuple[str, ...]]
    present: int
    unlisted: tuple[str, ...]

    @property
    def n_tracks(self) -> int:
        """How many tracks have to be fetched."""
        return sum(map(len, self.archives.values()))


def needed_paths(files: Iterable[Path], taxonomies: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the paths of the tracks in annotation files, sorted.

    Parameters
    ----------
    files : iterable of Path
    taxonomies : sequence of str, optional
        Take the tracks alone that have votes in one of these.

    Raises
    ------
    CollectionError
        If a file is no annotation file, or has no such taxonomy.
    """
    paths: set[str] = set()
    for file in files:
        annotations = Annotations.read(file)
        wanted = {annotations.taxonomy(name) for name in taxonomies}
        paths |= {
            track.path
            for track in annotations.tracks
            if not wanted or not wanted.isdisjoint(track.votes)
        }
    return tuple(sorted(paths))


def find_needs(
    paths: Sequence[str], checksums: Checksums, folder: Path, progress: Progress
) -> Needs:
    """Look which tracks are not in a folder yet, or are not what they should be.

    Parameters
    ----------
    paths : sequence of str
        As annotation files have them.
    checksums : Checksums
    folder : Path
    progress : Progress
        Gets one stage, of a step per track.
    """
    archives: dict[str, list[str]] = {}
    unlisted: list[str] = []
    present = 0
    with progress.stage("looking what is there", len(paths)) as advance:
        for path in paths:
            track = checksums.track(path)
            archive = checksums.archive(track)
            if track not in checksums.tracks or archive not in checksums.archives:
                unlisted.append(path)
            elif _is_right(folder / track, checksums.tracks[track]):
                present += 1
            else:
                archives.setdefault(archive, []).append(track)
            advance(1)
    return Needs(
        {name: tuple(sorted(archives[name])) for name in sorted(archives)},
        present,
        tuple(unlisted),
    )


def share_of_archive(needs: Needs, checksums: Checksums) -> dict[str, float]:
    """Return which share of each archive's tracks is needed; their sizes are not listed."""
    totals = Counter(checksums.archive(track) for track in checksums.tracks)
    return {name: len(tracks) / totals[name] for name, tracks in needs.archives.items()}


def _is_right(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256
