"""Acoustic fingerprints, by which one recording is known in whatever file it lies."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.features.algorithms import ESSENTIA, chromaprint
from essentia_ldl.features.decoding import load_audible
from essentia_ldl.features.extractor import Arrays, extractor_key

FINGERPRINT_REVISION = 1
"""Of the code that computes fingerprints; see `extractor_key`."""

#: Of the algorithm that Essentia's Chromaprinter uses (the library's default, TEST2).
_ALGORITHM = 1
_HEADER = 4
_BITS = 32
# What a distance of three bits cannot hold goes on in five bits at the end.
_SMALL, _LARGE = 3, 5
_ESCAPE = 7


@dataclass(frozen=True)
class FingerprintExtractor:
    """Computes the Chromaprint of a whole track (Chromaprinter).

    References
    ----------
    L. Lalinsky, "How does Chromaprint work?", 2011: 32 bits for every 0.12 s, from the chroma of
    2 s around them.
    """

    @property
    def key(self) -> str:
        """Names the settings in the cache."""
        return extractor_key("fingerprint", FINGERPRINT_REVISION, ESSENTIA, {})

    @property
    def arrays(self) -> frozenset[str]:
        """Names of the arrays that `compute` returns."""
        return frozenset({"fingerprint"})

    def compute(self, path: Path) -> Arrays:
        """Compute the fingerprint of a track: uint32, shape (n_codes,)."""
        signal, sample_rate = load_audible(path)
        return {"fingerprint": decode_fingerprint(chromaprint(signal, sample_rate))}


def decode_fingerprint(text: str) -> NDArray[np.uint32]:
    """Decompress a fingerprint as Chromaprint prints it.

    Four bytes tell the algorithm and the number of codes. Of every code, only the bits are kept
    that differ from the code before: their places, from 1, as steps from one to the next, with a
    0 after the last. Steps are written in three bits each, and where one is 7 or more, what is
    above 7 follows behind all others in five bits. Bits fill bytes from the lowest on.

    Parameters
    ----------
    text : str
        Base64 of the alphabet for URLs, with or without padding.

    Returns
    -------
    np.ndarray [shape=(n_codes,)], uint32

    Raises
    ------
    ValueError
        If it is no such text, or cut short.

    References
    ----------
    L. Lalinsky, "Binary fingerprint compression", 2010.

    Examples
    --------
    >>> decode_fingerprint("AQAAAhEA").tolist()
    [5, 5]
    """
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError("the fingerprint is no base64") from error
    if len(content) < _HEADER or content[0] != _ALGORITHM:
        raise ValueError("the fingerprint is of no known algorithm")
    n_codes = int.from_bytes(content[1:_HEADER], "big")
    packed = np.frombuffer(content[_HEADER:], dtype=np.uint8)
    steps = _numbers(packed, _SMALL)
    ends = np.flatnonzero(steps == 0)
    if len(ends) < n_codes:
        raise ValueError("the fingerprint is cut short")
    if not n_codes:
        return np.empty(0, dtype=np.uint32)
    steps = steps[: ends[n_codes - 1] + 1]
    escaped = np.flatnonzero(steps == _ESCAPE)
    # The second part starts with a byte of its own.
    rest = _numbers(packed[-(-len(steps) * _SMALL // 8) :], _LARGE)
    if len(rest) < len(escaped):
        raise ValueError("the fingerprint is cut short")
    steps[escaped] += rest[: len(escaped)]
    return _codes(steps, n_codes)


def _numbers(packed: NDArray[np.uint8], n_bits: int) -> NDArray[np.intp]:
    """Cut bytes into numbers of a few bits each; what is left at the end is dropped."""
    bits = np.unpackbits(packed, bitorder="little")
    whole = bits[: len(bits) // n_bits * n_bits].reshape(-1, n_bits)
    return np.packbits(whole, axis=1, bitorder="little")[:, 0].astype(np.intp)


def _codes(steps: NDArray[np.intp], n_codes: int) -> NDArray[np.uint32]:
    """Turn steps between changed bits, a 0 behind every code's last one, into codes."""
    is_end = steps == 0
    code = np.cumsum(is_end) - is_end
    starts = np.flatnonzero(np.concatenate(([True], is_end[:-1])))
    place = np.cumsum(steps)
    place -= np.repeat(place[starts] - steps[starts], np.diff([*starts, len(steps)]))
    if (place > _BITS).any():
        raise ValueError("the fingerprint has a code of more than 32 bits")
    changed = np.zeros(n_codes, dtype=np.uint32)
    within = ~is_end
    bits = np.left_shift(np.uint32(1), (place[within] - 1).astype(np.uint32))
    np.bitwise_xor.at(changed, code[within], bits)
    return np.bitwise_xor.accumulate(changed)
