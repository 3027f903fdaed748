"""One recording in several tracks: equal files, and fingerprints that agree."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audit.result import Duplicate

Fingerprint = NDArray[np.uint32]
IntArray = NDArray[np.intp]
#: Two tracks, and the share of bits in which they agree.
Match = tuple[int, int, float]

SIMILARITY = 0.85
"""Share of bits from which on two fingerprints are of one recording; docs/audit.md has figures."""

# Codes that must overlap: 3 s, or all of a shorter fingerprint.
_OVERLAP = 24
# Of these, so many must differ: sustained notes and noise have one code for seconds, and share it.
_FEWEST = 8
_BITS = 32
# Where two recordings are half a code apart, few codes are equal, and many differ in a few
# neighbouring bits: codes are looked up with one byte or another left out.
_MASKS = (0xFFFFFF00, 0xFFFF00FF, 0xFF00FFFF, 0x00FFFFFF)
# Looked-up codes that must agree on one offset before it is tried; an equal code counts four.
_VOTES = 3
# They must be one for so many codes of the overlap. The cuts of docs/audit.md have one for four or
# more; where recordings share sounds, chance has one for hundreds.
_OVERLAP_PER_VOTE = 16
# Of tracks with one code, each is compared with this many that follow it,
_FOLLOWERS = 32
# and with fewer where that would be more comparisons than this, for each of the masks.
_COMPARISONS = 1 << 22


def find_duplicates(
    digests: Sequence[Hashable], fingerprints: Sequence[Fingerprint], labels: Sequence[str]
) -> tuple[Duplicate, ...]:
    """Find the pairs of tracks with one recording.

    Parameters
    ----------
    digests : sequence, length n_tracks
        Of the files' content.
    fingerprints : sequence of np.ndarray [shape=(n_codes,)], uint32
        Of the sound.
    labels : sequence of str

    Returns
    -------
    tuple of Duplicate
        In the order of the tracks. Of equal files, the first stands for all in near duplicates.

    Examples
    --------
    >>> codes = np.random.default_rng(0).integers(2**32, size=60, dtype=np.uint32)
    >>> for pair in find_duplicates("xxy", [codes, codes, codes[20:]], ["pop", "pop", "jazz"]):
    ...     print(pair.first, pair.second, pair.similarity, pair.kind, pair.same_label)
    0 1 1.0 exact True
    0 2 1.0 near False
    """
    copies: dict[Hashable, list[int]] = {}
    for row, digest in enumerate(digests):
        copies.setdefault(digest, []).append(row)
    found = [
        Duplicate(first, second, 1.0, "exact", labels[first] == labels[second])
        for rows in copies.values()
        for first, second in combinations(rows, 2)
    ]
    firsts = [rows[0] for rows in copies.values()]
    for a, b, similarity in near_duplicates([fingerprints[row] for row in firsts]):
        first, second = firsts[a], firsts[b]
        found.append(Duplicate(first, second, similarity, "near", labels[first] == labels[second]))
    return tuple(sorted(found, key=lambda pair: (pair.first, pair.second)))


def near_duplicates(fingerprints: Sequence[Fingerprint]) -> list[Match]:
    """Find pairs of fingerprints that agree in most bits where they overlap.

    The overlap may begin anywhere in either of them, so that cuts and excerpts are found.
    Fingerprints of less than a second beyond the 2.6 s that Chromaprint needs are left out, and
    so are overlaps in which next to nothing changes: they say too little.

    Parameters
    ----------
    fingerprints : sequence of np.ndarray [shape=(n_codes,)], uint32

    Returns
    -------
    list of (int, int, float)
        In the order of the tracks.

    References
    ----------
    J. Haitsma and T. Kalker, "A highly robust audio fingerprinting system", ISMIR 2002: the bit
    error rate, and candidates by codes that agree.
    """
    found: dict[tuple[int, int], float] = {}
    for a, b, offset in _candidates(fingerprints):
        similarity = _agreement(fingerprints[a], fingerprints[b], offset)
        if similarity >= max(SIMILARITY, found.get((a, b), 0.0)):
            found[a, b] = similarity
    return [(a, b, similarity) for (a, b), similarity in sorted(found.items())]


def _agreement(first: Fingerprint, second: Fingerprint, offset: int) -> float:
    """Share of equal bits where the `second` begins `offset` codes behind the `first`."""
    start, stop = max(0, offset), min(len(first), len(second) + offset)
    if stop - start < min(_OVERLAP, len(first), len(second)):
        return 0.0
    ours, theirs = first[start:stop], second[start - offset : stop - offset]
    n_differing = int(np.bitwise_count(ours ^ theirs).sum())
    agreement = 1 - n_differing / (_BITS * len(ours))
    # Last, as it takes longest, and next to no candidate comes this far.
    if agreement >= SIMILARITY and min(map(len, map(np.unique, (ours, theirs)))) < _FEWEST:
        return 0.0
    return agreement


def _candidates(fingerprints: Sequence[Fingerprint]) -> Iterator[tuple[int, int, int]]:
    """Pairs, and offsets of the second in the first, at which several codes agree."""
    usable = [row for row, codes in enumerate(fingerprints) if len(codes) >= _FEWEST]
    if len(usable) < 2:
        return
    lengths = np.array([len(codes) for codes in fingerprints], dtype=np.intp)
    codes = np.concatenate([fingerprints[row] for row in usable])
    tracks = np.repeat(usable, lengths[usable])
    places = np.concatenate([np.arange(lengths[row]) for row in usable])
    span = 2 * int(lengths.max())
    votes: list[IntArray] = []
    for mask in _MASKS:
        first, second = _agreeing(codes & np.uint32(mask), tracks)
        offsets = places[first] - places[second] + span // 2
        votes.append((tracks[first] * len(fingerprints) + tracks[second]) * span + offsets)
    keys, counts = np.unique(np.concatenate(votes), return_counts=True)
    pairs, offsets = keys // span, keys % span - span // 2
    first, second = np.divmod(pairs, len(fingerprints))
    overlaps = np.minimum(lengths[first], lengths[second] + offsets) - np.maximum(0, offsets)
    enough = counts >= np.maximum(_VOTES, overlaps / _OVERLAP_PER_VOTE)
    columns = (first[enough], second[enough], offsets[enough])
    yield from zip(*(column.tolist() for column in columns), strict=True)


def _agreeing(codes: Fingerprint, tracks: IntArray) -> tuple[IntArray, IntArray]:
    """Places of equal codes in two tracks, that of the earlier track first."""
    order = np.argsort(codes, kind="stable")
    ordered, owners = codes[order], tracks[order]
    firsts, seconds = [], []
    n_found = 0
    for step in range(1, min(_FOLLOWERS, len(codes) - 1) + 1):
        same = (ordered[step:] == ordered[:-step]) & (owners[step:] != owners[:-step])
        rows = np.flatnonzero(same)
        firsts.append(order[rows])
        seconds.append(order[rows + step])
        n_found += len(rows)
        # Rare codes, by which copies are known, have been compared with the first steps.
        if n_found > _COMPARISONS:
            break
    return np.concatenate(firsts), np.concatenate(seconds)
