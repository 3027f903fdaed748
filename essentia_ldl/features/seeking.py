"""Parts of audio files, read without what lies before them, where that is safe.

libsndfile can seek; Essentia decodes from the start. A file is read here only where libsndfile was
found to give the samples of Essentia's AudioLoader: the same ones, but for Vorbis (in the seventh
digit) and MP3 (by a step of the 16 bits to which Essentia's FFmpeg rounds them).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from essentia_ldl.audio import Signal
from essentia_ldl.collection.spelling import is_text
from essentia_ldl.features.mpeg import DecodersDifferError, agreed_samples

if TYPE_CHECKING:
    from soundfile import SoundFile

_PLAIN = ("PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW")
_COMPARED = {
    **dict.fromkeys(("WAV", "WAVEX", "RF64", "AIFF"), _PLAIN),
    "FLAC": ("PCM_S8", "PCM_16", "PCM_24"),
    "OGG": ("VORBIS",),
    "MP3": ("MPEG_LAYER_III",),
}  # Codings by container, in the names that libsndfile has for them.

_MP3_RUN_IN = 2  # seconds; frames of 8 kbit/s borrow bits from those of up to 1.4 s before
_TAGS_BEHIND = 4096  # bytes that may follow the last frame of a FLAC file
_LOWEST, _HIGHEST = np.float32(-1), np.float32(32767 / 32768)  # of 16 bits


@contextmanager
def open_seekable(path: Path) -> Iterator[SeekableFile]:
    """Open an audio file of which parts can be read.

    Raises
    ------
    DecodersDifferError
        Here or in the ``with`` block, if the file cannot be read, or not to be relied on that
        Essentia gives the same samples; Essentia's own error tells what is wrong, if anything.
    """
    import soundfile

    if not is_text(str(path)):
        raise DecodersDifferError("has a name that Essentia refuses")
    try:
        with (
            open(path, "rb", buffering=0) as stream,
            soundfile.SoundFile(stream.fileno(), closefd=False) as sound,
        ):
            if sound.subtype not in _COMPARED.get(sound.format, ()) or sound.channels > 2:
                raise DecodersDifferError("is of a kind that was not compared")
            yield SeekableFile(sound, stream.fileno())
    except (OSError, soundfile.SoundFileError) as error:
        raise DecodersDifferError("cannot be read") from error


@dataclass(frozen=True)
class SeekableFile:
    """An open audio file; see `open_seekable`.

    Attributes
    ----------
    sound : SoundFile
    descriptor : int
        Of the file that it reads.
    """

    sound: SoundFile
    descriptor: int

    @property
    def sample_rate(self) -> int:
        """In Hz."""
        return int(self.sound.samplerate)

    def length(self, wanted: int) -> int:
        """Samples in the file, or `wanted` where it is longer.

        Raises
        ------
        DecodersDifferError
            If Essentia may find fewer or, before `wanted`, more.
        """
        if self.sound.format == "MP3":
            return agreed_samples(partial(os.pread, self.descriptor), wanted)
        length = min(wanted, int(self.sound.frames))
        if self.sound.format == "OGG" and length < wanted:
            raise DecodersDifferError("is padded to whole blocks by Essentia")
        return length

    def read(self, start: int, stop: int) -> Signal:
        """Decode samples `start` to `stop` and mix them down as MonoMixer does.

        Returns
        -------
        np.ndarray [shape=(stop - start,)], float32

        Raises
        ------
        DecodersDifferError
            If the file holds other samples than its header promises.
        """
        is_mp3 = self.sound.format == "MP3"
        begin = max(0, start - _MP3_RUN_IN * self.sample_rate) if is_mp3 else start
        self.sound.seek(begin)
        samples = self.sound.read(stop - begin, dtype="float32", always_2d=True)
        if len(samples) != stop - begin or (stop == self.sound.frames and self._goes_on()):
            raise DecodersDifferError("is not as long as its header says")
        samples = samples[start - begin :]
        if is_mp3:
            samples = samples.clip(_LOWEST, _HIGHEST)
        mono: Signal = samples[:, 0]
        return (mono + samples[:, 1]) * np.float32(0.5) if self.sound.channels == 2 else mono

    def _goes_on(self) -> bool:
        """Whether FLAC frames may follow the last sample that the header counts."""
        place = os.lseek(self.descriptor, 0, os.SEEK_CUR)
        behind = os.fstat(self.descriptor).st_size - place
        return self.sound.format == "FLAC" and behind > _TAGS_BEHIND
