"""Where a page beside the results finds the audio of an audit."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import quote

from essentia_ldl.audit.result import Audit
from essentia_ldl.collection.spelling import safe_name
from essentia_ldl.files import atomic_write
from essentia_ldl.progress import Progress, Silent

#: Folder of the previews, beside the page.
PREVIEWS = "audio"
#: Files up to this many bytes are copied as they are; of larger ones an excerpt is taken.
WHOLE_BYTES = 2_000_000
#: Of the excerpts, from the middle of the recording.
EXCERPT_SECONDS = 30

_MP3_CHANNELS = 2


def audio_url(audio: Path, folder: Path) -> str:
    """Return the relative URL of a file from a page in `folder`.

    Examples
    --------
    >>> audio_url(Path("/music/50 % off?/a#1.mp3"), Path("/out"))
    '../music/50%20%25%20off%3F/a%231.mp3'
    """
    relative = os.path.relpath(audio, folder)
    # As bytes, so that a name is found whatever its encoding.
    return quote(os.fsencode(relative), safe="/")


def audio_urls(audit: Audit, folder: Path) -> dict[int, str]:
    """Return the URL of every track's own file from a page in `folder`, by the track's index."""
    return {index: audio_url(Path(track.path), folder) for index, track in enumerate(audit.tracks)}


def copy_audio(audit: Audit, folder: Path, *, progress: Progress | None = None) -> dict[int, str]:
    """Write a preview of every track beside a page in `folder`, so that both can be moved.

    Small files are copied as they are. Of larger ones the middle 30 seconds become an MP3, which
    every browser plays; what libsndfile cannot read, or MP3 cannot hold, is copied as well.

    Parameters
    ----------
    audit : Audit
    folder : Path
        Of the page; the previews go into its folder ``audio``.
    progress : Progress, optional

    Returns
    -------
    dict of int to str
        URLs for `write_audit_page`. Tracks whose file cannot be read have none; each is warned of.

    Raises
    ------
    OutputError
        If a preview cannot be written.
    """
    watched = progress or Silent()
    urls: dict[int, str] = {}
    with watched.stage("Copying audio", len(audit.tracks)) as advance:
        for index, track in enumerate(audit.tracks):
            source = Path(track.path)
            stem = folder / PREVIEWS / f"{index:05d}-{safe_name(source.stem)}"
            if preview := _preview(source, stem, watched):
                urls[index] = audio_url(preview, folder)
            advance(1)
    return urls


def _preview(source: Path, stem: Path, progress: Progress) -> Path | None:
    try:
        size = source.stat().st_size
        with open(source, "rb"):
            pass
    except OSError as error:
        progress.warn(f"{source}: no preview, as it cannot be read ({error.strerror})")
        return None
    if size > WHOLE_BYTES and (excerpt := _excerpt(source, stem)):
        return excerpt
    return _copy(source, stem)


def _copy(source: Path, stem: Path) -> Path:
    # Not with_suffix, which would cut "01. Title" at its dot.
    target = stem.with_name(stem.name + source.suffix.lower())
    with atomic_write(target) as copy, open(source, "rb") as original:
        shutil.copyfileobj(original, copy)
    return target


def _excerpt(source: Path, stem: Path) -> Path | None:
    """Write the middle of a recording as MP3; None where that cannot be done."""
    # Late: only collections of large files need it.
    import soundfile

    target = stem.with_name(stem.name + ".mp3")
    try:
        with soundfile.SoundFile(source) as recording:
            rate, length = recording.samplerate, EXCERPT_SECONDS * recording.samplerate
            recording.seek(max(0, (recording.frames - length) // 2))
            samples = recording.read(length, dtype="float32", always_2d=True)
        with atomic_write(target) as stream:
            soundfile.write(stream, samples[:, :_MP3_CHANNELS], rate, format="MP3")
    except soundfile.LibsndfileError:
        return None
    return target
