"""MP3 files to test with: their frames taken apart, and put together wrongly."""

import struct
from pathlib import Path

import numpy as np


def encode(
    path: Path, *, seconds: float = 4.0, rate: int = 44100, channels: int = 1,
    mode: str = "CONSTANT", compression: float = 0.5,
) -> bytes:  # fmt: skip
    """Write changing noise with LAME, and return the file's bytes."""
    import scipy.signal
    import soundfile

    rng = np.random.default_rng(rate + channels)
    n_samples = round(seconds * rate)
    swell = np.abs(np.sin(np.arange(n_samples) / rate * 1.7)) ** 3
    noise = scipy.signal.lfilter([1], [1, -0.9], rng.standard_normal((n_samples, channels)), axis=0)
    sound = 0.7 * (0.1 + 0.9 * swell[:, None]) * noise / np.abs(noise).max()
    soundfile.write(
        path, sound, rate, format="MP3", bitrate_mode=mode, compression_level=compression
    )
    return path.read_bytes()


def frames_of(content: bytes) -> list[bytes]:
    """Cut a file of MPEG-1 at 44.1 kHz into frames; the first has the tag."""
    kbps = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    frames, at = [], 0
    while at < len(content):
        length = 144000 * kbps[content[at + 2] >> 4] // 44100 + (content[at + 2] >> 1 & 1)
        frames.append(content[at : at + length])
        at += length
    return frames


def _replaced(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def _id3(flags: int = 0, size: int = 256) -> bytes:
    return b"ID3\x04\x00" + bytes([flags, 0, 0, size >> 7, size & 0x7F]) + bytes(size)


def variations(content: bytes) -> dict[str, bytes]:
    """Make files that decoders may disagree on out of one of MPEG-1 at 44.1 kHz."""
    frames = frames_of(content)
    tag_frame, *sound = frames
    tag = max(tag_frame.find(b"Info"), tag_frame.find(b"Xing"))
    encoder = tag + 8 + 4 + 4 + 100 + 4
    delays = encoder + 21
    half = sum(map(len, frames[: len(frames) // 2]))
    count = len(sound)
    counts: dict[str, int] = {
        "no frames counted": 0, "half the frames counted": count // 2,
        "twice the frames counted": 2 * count, "a frame too many counted": count + 1,
        "a frame too few counted": count - 1,
    }  # fmt: skip
    vbri = tag_frame[:4] + bytes(32) + b"VBRI" + bytes(len(tag_frame) - 40)
    return {
        "as encoded": content,
        "no tag": b"".join(sound),
        "encoded by FFmpeg": _replaced(content, encoder, b"Lavf"),
        "encoded by FFmpeg's library": _replaced(content, encoder, b"Lavc"),
        "encoded by another": _replaced(content, encoder, b"GOGO"),
        "encoded by nobody": _replaced(content, encoder, bytes(9)),
        "frames counted and no more": _replaced(content, tag + 4, struct.pack(">I", 1)),
        "tag of another kind": vbri + b"".join(sound),
        "no delay": _replaced(content, delays, bytes(3)),
        "long delay": _replaced(content, delays, b"\x80\x00\x00"),
        "long delay and padding": _replaced(content, delays, b"\xff\xff\xff"),
        "ID3v1": content + b"TAG" + bytes(125),
        "APE": content + b"APETAGEX" + struct.pack("<4I", 2000, 32, 0, 1 << 31) + bytes(8),
        "ID3v2": _id3() + content,
        "ID3v2 twice": _id3() + _id3() + content,
        "ID3v2 with a footer": _id3(0x10) + b"3DI" + _id3(0x10)[3:10] + content,
        "zeros before": bytes(500) + content,
        "garbage before": bytes(range(1, 200)) * 5 + content,
        "garbage behind": content + bytes(range(1, 200)) * 5,
        "cut in a frame": content[: int(0.6 * len(content))],
        "cut behind a frame": b"".join(frames[: int(0.6 * len(frames))]),
        "twice": content + content,
        "a header lost": _replaced(content, half, b"\x00"),
        "half a frame lost": b"".join([*frames[:50], frames[50][:100], *frames[51:]]),
        "another rate within": _replaced(content, half + 2, bytes([content[half + 2] ^ 4])),
        "a tag within": _replaced(content, half + 36, b"Info"),
        **{
            name: _replaced(content, tag + 8, struct.pack(">I", number))
            for name, number in counts.items()
        },
    }
