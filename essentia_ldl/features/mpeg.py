"""How far two decoders give the same samples of an MP3 file: libsndfile's mpg123, and FFmpeg.

Encoders put a delay before the first sample and padding behind the last, and a tag in the first
frame says how much. The two do not read every such tag alike, nor do they go on alike behind a
damaged frame. This walks the frames' headers, decoding none, and vouches only for what the FFmpeg
inside Essentia was found to place as mpg123 does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

_MPEG1_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_MPEG2_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_DISPUTED_RATE = 24000  # Hz; the two give one of its frequency bands another width

_LAYER_3, _LAYER_MASK = 0xFFE20000, 0xFFE60000
_SAME_STREAM = 0xFFFE0C00  # sync, version, layer, sampling rate
_HEADER = 4  # bytes
_DECODER_DELAY = 529  # samples

_COUNTING_TAGS = (b"Xing", b"Info")
_ENCODERS = (b"LAME", b"Lavf", b"Lavc")  # FFmpeg believes only these about delay and padding
_TAGS_BEHIND = (b"TAG", b"APETAGEX")


class DecodersDifferError(Exception):
    """Another decoder may give other samples of a file than Essentia does."""


class Reader(Protocol):
    """Reads ``reader(length, offset)`` bytes of a file, fewer at its end."""

    def __call__(self, length: int, offset: int, /) -> bytes:
        """Read."""


def agreed_samples(read: Reader, wanted: int) -> int:
    """Count the samples from the start of an MP3 file on which the two decoders agree.

    Parameters
    ----------
    read : Reader
    wanted : int
        Samples of interest; what lies behind them is not looked at.

    Returns
    -------
    int
        `wanted`, or the file's exact length where it is shorter.

    Raises
    ------
    DecodersDifferError
        If they may disagree within these.
    """
    start = _behind_id3(read)
    header = int.from_bytes(read(_HEADER, start), "big")
    stream = _Stream.of(header)
    first = read(stream.length_of(header), start)
    tag = _Tag.of(first, stream)
    if tag is None:
        enough = math.ceil(wanted / stream.frame_samples)
        n_frames = _count_frames(read, start, stream, enough)
        return min(wanted, n_frames * stream.frame_samples)
    n_samples = tag.n_samples(stream)
    # Of a file that ends before `wanted`, every frame is counted, and one more if there is one.
    enough = math.ceil((wanted + tag.skipped) / stream.frame_samples)
    enough = enough if n_samples >= wanted else tag.n_frames + 1
    n_frames = _count_frames(read, start + len(first), stream, enough)
    if n_frames != (enough if n_samples >= wanted else tag.n_frames):
        raise DecodersDifferError("has not as many frames as its first says")
    return min(wanted, n_samples)


@dataclass(frozen=True)
class _Stream:
    """What the first frame's header settles for all frames of a file."""

    header: int
    is_mpeg1: bool
    is_mono: bool
    frame_samples: int
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, header: int) -> _Stream:
        """Read a header; see ISO/IEC 11172-3, 2.4.2.3, and 13818-3 for the lower rates."""
        version, rate_index, kbps_index = header >> 19 & 3, header >> 10 & 3, header >> 12 & 15
        if header & _LAYER_MASK != _LAYER_3 or version not in _RATES or rate_index == 3:
            raise DecodersDifferError("does not start with a frame of layer III")
        rate, is_mpeg1 = _RATES[version][rate_index], version == 3
        if rate == _DISPUTED_RATE or kbps_index in (0, 15):
            raise DecodersDifferError("is of a kind that the two decode differently")
        samples = 1152 if is_mpeg1 else 576
        kbps = _MPEG1_KBPS if is_mpeg1 else _MPEG2_KBPS
        lengths = tuple(samples // 8 * 1000 * each // rate for each in kbps)
        return cls(header, is_mpeg1, header >> 6 & 3 == 3, samples, lengths)

    @property
    def tag_offset(self) -> int:
        """Bytes before the tag in the first frame: the header and the side information."""
        mono, stereo = (17, 32) if self.is_mpeg1 else (9, 17)
        return _HEADER + (mono if self.is_mono else stereo)

    def length_of(self, header: int) -> int:
        """Bytes of the frame that a header starts; 0 where no frame of this stream starts so."""
        is_mono = header >> 6 & 3 == 3
        if (header ^ self.header) & _SAME_STREAM or is_mono != self.is_mono:
            return 0
        length = self.lengths[header >> 12 & 15]
        return length and length + (header >> 9 & 1)


@dataclass(frozen=True)
class _Tag:
    """The tag in the first frame: frames behind it, and samples that the encoder added."""

    n_frames: int
    delay: int
    padding: int

    @classmethod
    def of(cls, frame: bytes, stream: _Stream) -> _Tag | None:
        """Read the tag; None where the first frame is sound like any other."""
        at = stream.tag_offset
        if frame[at : at + 4] not in _COUNTING_TAGS:
            if any(name in frame for name in (*_COUNTING_TAGS, b"VBRI")):
                raise DecodersDifferError("has a tag that only one decoder knows")
            return None
        # Slices: a frame may be cut short behind the tag's name.
        flags, n_frames = (int.from_bytes(frame[at + i : at + i + 4], "big") for i in (4, 8))
        # Count of frames, count of bytes, table of contents, quality: each is there if its flag is.
        at += 8 + sum(size for bit, size in enumerate((4, 4, 100, 4)) if flags >> bit & 1)
        if not flags & 1 or n_frames == 0 or frame[at : at + 4] not in _ENCODERS:
            raise DecodersDifferError("has a tag of whose delay only one decoder knows")
        delays = int.from_bytes(frame[at + 21 : at + 24], "big")
        return cls(n_frames, delays >> 12, delays & 0xFFF)

    @property
    def skipped(self) -> int:
        """Samples that decoders leave out at the start."""
        return self.delay + _DECODER_DELAY

    def n_samples(self, stream: _Stream) -> int:
        """Length of the file as the tag has it."""
        decoded = self.n_frames * stream.frame_samples
        return max(0, decoded - self.delay - max(self.padding, _DECODER_DELAY))


def _behind_id3(read: Reader) -> int:
    """Find the end of the ID3v2 tags that a file starts with."""
    start = 0
    while (head := read(10, start))[:3] == b"ID3" and len(head) == 10:
        size = 0
        for byte in head[6:]:
            size = size << 7 | byte & 0x7F
        has_footer = head[5] >> 4 & 1
        start += 10 + size + 10 * has_footer
    return start


def _count_frames(read: Reader, start: int, stream: _Stream, enough: int) -> int:
    """Count the frames from `start` on, up to `enough`, which must follow on each other."""
    data = read(enough * (max(stream.lengths) + 1) + len(max(_TAGS_BEHIND, key=len)), start)
    at = 0
    for n_frames in range(enough):
        header = int.from_bytes(data[at : at + _HEADER], "big")
        length = stream.length_of(header)
        if not length:
            if at < len(data) and not data.startswith(_TAGS_BEHIND, at):
                raise DecodersDifferError("is damaged")
            return n_frames
        at += length
        if at > len(data):
            raise DecodersDifferError("ends within a frame")
    return enough
