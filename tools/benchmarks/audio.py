"""The sound that is measured on: given, beside the checkout, or made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from essentia_ldl.audio import AUDIO_EXTENSIONS
from essentia_ldl.errors import CollectionError
from tools.benchmarks.chords import write_clips, write_song

_BESIDE = Path(__file__).resolve().parents[3] / "shared/data"


@dataclass(frozen=True)
class Audio:
    """Sound to measure on.

    Attributes
    ----------
    folder : Path
        Clips in one folder per class.
    clips : sequence of Path
        The clips in it.
    song : Path
        A full-length track.
    origin : str
        What a reader of the results should know about it.
    """

    folder: Path
    clips: Sequence[Path]
    song: Path
    origin: str

    def of_each_class(self, n_classes: int, n_clips: int) -> list[Path]:
        """List up to `n_clips` clips of each of the first classes."""
        by_class: dict[Path, list[Path]] = {}
        for clip in self.clips:
            by_class.setdefault(clip.parent, []).append(clip)
        return [clip for clips in list(by_class.values())[:n_classes] for clip in clips[:n_clips]]

    def some(self, folder: Path, *, n_classes: int, n_clips: int) -> Path:
        """Fill a folder with links to `of_each_class`, in one folder per class, and return it."""
        for clip in self.of_each_class(n_classes, n_clips):
            link = folder / clip.parent.name / clip.name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(clip.resolve())
        return folder


def given_audio(folder: Path) -> Audio:
    """Take the audio files below a folder; the largest stands for full-length tracks.

    Raises
    ------
    CollectionError
        If there is none.
    """
    files = _audio_files(folder)
    if not files:
        raise CollectionError(
            "holds no audio files", subject=folder, remedy="give a folder with one folder per class"
        )
    song = max(files, key=lambda path: path.stat().st_size)
    return Audio(folder, files, song, f"{len(files)} files of a folder given with --audio")


def audio_beside_checkout() -> Audio | None:
    """Clips of GTZAN and a song of Jamendo in ../shared/data; None where they are not there."""
    clips = _audio_files(_BESIDE / "gtzan")
    songs = _audio_files(_BESIDE / "jamendo")
    if not clips or not songs:
        return None
    classes = len({clip.parent for clip in clips})
    return Audio(
        _BESIDE / "gtzan",
        clips,
        songs[0],
        f"{len(clips)} clips of GTZAN in {classes} classes and a song of Jamendo",
    )


def made_up_audio(folder: Path, *, n_classes: int = 10, n_clips: int = 6) -> Audio:
    """Write chords into a folder, `n_clips` in each class, and a song of them.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_clips(folder / "clips", n_classes=n_classes, n_clips=n_clips)
    song = write_song(folder)
    return Audio(
        folder / "clips",
        _audio_files(folder / "clips"),
        song,
        f"{n_classes * n_clips} clips of made-up chords in {n_classes} classes",
    )


def _audio_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in AUDIO_EXTENSIONS and path.is_file()
    )
