"""One recording counts once, and under one label or not at all."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from essentia_ldl.collection.spelling import enumerate_names
from essentia_ldl.collection.track import Skipped, Track


def split_duplicates(
    tracks: Sequence[Track], keys: Sequence[Hashable]
) -> tuple[tuple[Track, ...], tuple[Skipped, ...]]:
    """Separate the tracks to keep from those that repeat or contradict another.

    Of tracks with equal keys and one label the first is kept, or the first with votes where any
    has some. Where their labels differ, none is: nothing says which label is right, and one
    recording in two classes teaches neither.

    Parameters
    ----------
    tracks : sequence of Track
    keys : sequence
        Identity of each track's recording, as its real path or the digest of its content.

    Raises
    ------
    ValueError
        If there are not as many keys as tracks.

    Examples
    --------
    >>> from pathlib import Path
    >>> tracks = [Track(Path("a.wav"), "jazz"), Track(Path("b.wav"), "jazz")]
    >>> kept, skipped = split_duplicates(tracks, ["same", "same"])
    >>> len(kept), skipped[0].reason
    (1, 'is the same recording as a.wav, which is used (remove one of them)')
    """
    copies: dict[Hashable, list[Track]] = {}
    for track, key in zip(tracks, keys, strict=True):
        copies.setdefault(key, []).append(track)
    seen: set[Hashable] = set()
    kept: list[Track] = []
    skipped: list[Skipped] = []
    for track, key in zip(tracks, keys, strict=True):
        labels = sorted({copy.label for copy in copies[key]})
        first = next((copy for copy in copies[key] if copy.votes is not None), copies[key][0])
        if len(labels) > 1:
            skipped.append(_contradiction(track, copies[key], labels))
        elif key not in seen and track == first:
            kept.append(track)
            seen.add(key)
        else:
            skipped.append(_repetition(track, first))
    # One path under two labels is two entries but one thing to mend.
    return tuple(kept), tuple(dict.fromkeys(skipped))


def _repetition(track: Track, first: Track) -> Skipped:
    if track.path == first.path:
        reason = "is listed more than once and counts once (remove the other entries)"
    else:
        reason = f"is the same recording as {first.path}, which is used (remove one of them)"
    return Skipped(str(track.path), reason)


def _contradiction(track: Track, copies: Sequence[Track], labels: list[str]) -> Skipped:
    others = sorted({str(copy.path) for copy in copies} - {str(track.path)})
    elsewhere = f", also as {enumerate_names(others)}" if others else ""
    return Skipped(
        str(track.path),
        f"is labelled {' and '.join(labels)}{elsewhere}"
        " (keep the label that is right and remove the rest)",
    )
