"""Keys, chords and progressions: the tonal rules that every demo piece keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tools.demo.chance import one_of

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "minor": (0, 2, 3, 5, 7, 8, 10),
}
_MODE_WEIGHTS = {"major": 0.4, "mixolydian": 0.15, "dorian": 0.15, "minor": 0.3}
_NOTE_NAMES = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")

# Four-chord phrases on scale degrees (0 is the tonic) that are common in each mode. An opening
# leaves the harmony open; a closing comes home through the mode's own cadence.
_OPENINGS: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (5, 3, 0, 4), (0, 2, 3, 4), (0, 3, 5, 4)),
    "mixolydian": ((0, 6, 3, 6), (0, 3, 6, 3), (0, 4, 3, 6), (0, 5, 6, 3)),
    "dorian": ((0, 3, 0, 6), (0, 1, 2, 3), (0, 6, 3, 6), (0, 2, 6, 3)),
    "minor": ((0, 5, 2, 6), (0, 6, 5, 6), (0, 5, 3, 4), (0, 3, 5, 4)),
}
_CLOSINGS: dict[str, tuple[tuple[int, ...], ...]] = {
    "major": ((0, 3, 4, 0), (5, 3, 4, 0), (5, 1, 4, 0), (3, 0, 4, 0)),
    "mixolydian": ((0, 6, 3, 0), (5, 3, 6, 0), (1, 3, 6, 0)),
    "dorian": ((0, 6, 3, 0), (2, 6, 3, 0), (0, 1, 6, 0)),
    "minor": ((0, 5, 6, 0), (3, 5, 6, 0), (5, 3, 4, 0), (0, 3, 4, 0)),
}
_SUBSTITUTION = 0.25


@dataclass(frozen=True)
class Key:
    """A tonic and a mode.

    Parameters
    ----------
    tonic : int
        Pitch class, 0 (C) to 11 (B).
    mode : str
        A key of `MODES`.

    Examples
    --------
    >>> key = Key(2, "dorian")
    >>> str(key), key.pitch(0), key.pitch(7), key.chord(3)
    ('D dorian', 62, 74, (7, 11, 2))
    """

    tonic: int
    mode: str

    def __str__(self) -> str:
        return f"{_NOTE_NAMES[self.tonic]} {self.mode}"

    def pitch(self, step: int) -> int:
        """MIDI pitch of a scale step; step 0 is the tonic in the octave of middle C."""
        octave, degree = divmod(step, 7)
        return 60 + self.tonic + 12 * octave + MODES[self.mode][degree]

    def chord(self, degree: int, size: int = 3) -> tuple[int, ...]:
        """Pitch classes of the chord of `size` thirds-stacked notes on a degree, root first."""
        return tuple(self.pitch(degree + 2 * third) % 12 for third in range(size))

    def is_diminished(self, degree: int) -> bool:
        """Whether the degree's triad has a diminished fifth, which none of the styles wants."""
        return (self.pitch(degree + 4) - self.pitch(degree)) % 12 == 6


def choose_key(rng: np.random.Generator) -> Key:
    """Draw a tonic and a mode."""
    weights = list(_MODE_WEIGHTS.values())
    return Key(int(rng.integers(12)), str(rng.choice(list(_MODE_WEIGHTS), p=weights)))


def choose_progression(key: Key, rng: np.random.Generator) -> tuple[int, ...]:
    """Draw eight scale degrees: an open phrase and one that closes on the tonic.

    Inside each phrase a chord may give way to the one a third below, with which it shares two
    notes (IV to ii, I to vi).
    """
    opening = one_of(rng, _OPENINGS[key.mode])
    closing = one_of(rng, _CLOSINGS[key.mode])
    degrees = [*opening, *closing]
    for place in (1, 2, 4, 5):
        relative = (degrees[place] - 2) % 7
        is_new = relative not in (degrees[place - 1], degrees[place + 1])
        if rng.random() < _SUBSTITUTION and is_new and not key.is_diminished(relative):
            degrees[place] = relative
    return tuple(degrees)


def voice_lead(
    chords: Sequence[tuple[int, ...]], low: int, high: int
) -> tuple[tuple[int, ...], ...]:
    """Close voicings between two pitches, each moving as little as it can from the last.

    Parameters
    ----------
    chords : sequence of tuple of int
        Pitch classes, all of one size.
    low, high : int
        MIDI pitches at least two octaves apart, so that every chord has an inversion there.

    Returns
    -------
    tuple of tuple of int
        MIDI pitches, ascending.

    Examples
    --------
    >>> voice_lead([(0, 4, 7), (5, 9, 0)], 55, 79)
    ((64, 67, 72), (65, 69, 72))
    """
    voicings: list[tuple[int, ...]] = []
    for chord in chords:
        candidates = [
            voicing for voicing in _inversions(chord, low, high + 1) if voicing[-1] <= high
        ]
        if voicings:
            last = voicings[-1]
            cost = [sum(abs(a - b) for a, b in zip(v, last, strict=True)) for v in candidates]
        else:
            cost = [abs(voicing[0] + voicing[-1] - low - high) for voicing in candidates]
        voicings.append(candidates[int(np.argmin(cost))])
    return tuple(voicings)


def _inversions(chord: tuple[int, ...], low: int, high: int) -> list[tuple[int, ...]]:
    found = []
    for bottom in range(low, high):
        if bottom % 12 in chord:
            turn = chord.index(bottom % 12)
            voicing = [bottom]
            for pitch_class in (*chord[turn + 1 :], *chord[:turn]):
                voicing.append(voicing[-1] + (pitch_class - voicing[-1]) % 12)
            found.append(tuple(voicing))
    return found
