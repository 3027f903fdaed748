"""Annotation files in MTG-Jamendo's exact form."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

HEADER = ("TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS")

Votes = Mapping[str, Sequence[str]]


def line_of(number: int, votes: Votes) -> str:
    """Line of the track with this number; its path follows from it, as in the dataset.

    An artist has two tracks.
    """
    tags = [f"{taxonomy}---{','.join(given)}" for taxonomy, given in votes.items()]
    path = f"{number % 100:02d}/{number}.mp3"
    fields = (
        f"track_{number:07d}",
        f"artist_{number // 2:06d}",
        "album_000031",
        path,
        "124.6",
        *tags,
    )
    return "\t".join(fields)


def write_lines(file: Path, lines: Iterable[str], header: Sequence[str] = HEADER) -> Path:
    """Write an annotation file with the dataset's line ends."""
    file.write_bytes("".join(f"{line}\r\n" for line in ("\t".join(header), *lines)).encode())
    return file


def write_annotations(file: Path, tracks: Mapping[int, Votes]) -> Path:
    """Write the votes on each track, by number."""
    return write_lines(file, (line_of(number, votes) for number, votes in tracks.items()))
