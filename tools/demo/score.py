"""What the players read: notes in beats, in parts with a sound, a level and a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tools.demo.piece import Piece

Stereo = NDArray[np.float32]
Effect = Callable[[Stereo, float], Stereo]
"""Takes sound of shape (n_samples, 2) and the seconds that a beat lasts."""


@dataclass(frozen=True)
class Note:
    """A note: onset and duration in beats, MIDI pitch, velocity 1 to 127."""

    start: float
    duration: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Part:
    """One player.

    Parameters
    ----------
    program : int
        General MIDI program, counted from 0; a drum kit's in the drum bank.
    notes : tuple of Note
    level : float
        Loudness in dB against the other parts.
    pan : float
        -1 (left) to 1 (right).
    effects : tuple of Effect
        Applied in order.
    bank : int
    """

    program: int
    notes: tuple[Note, ...]
    level: float = 0.0
    pan: float = 0.0
    effects: tuple[Effect, ...] = ()
    bank: int = 0

    def entering(self, beat: float) -> Part:
        """The same part, silent before a beat."""
        return replace(self, notes=tuple(note for note in self.notes if note.start >= beat))


@dataclass(frozen=True)
class Feel:
    """How exactly the players keep time.

    Parameters
    ----------
    timing : float
        Standard deviation of an onset, in seconds.
    velocity : float
        Standard deviation of a velocity.
    swing : float
        Where the off-beat falls within a beat: 0.5 is straight, 2/3 is a triplet swing.
    """

    timing: float = 0.0
    velocity: float = 0.0
    swing: float = 0.5

    def swung(self, beat: float) -> float:
        """Position of a notated beat when played."""
        whole, part = divmod(beat, 1)
        if part < 0.5:
            return whole + 2 * part * self.swing
        return whole + self.swing + 2 * (part - 0.5) * (1 - self.swing)


MACHINE = Feel()
"""A sequencer: every note on the grid."""


@dataclass(frozen=True)
class Arrangement:
    """The players of a piece, how they keep time, and the room (an effect) they share."""

    parts: tuple[Part, ...]
    feel: Feel
    room: Effect


@dataclass(frozen=True)
class Style:
    """A way to arrange a piece.

    Parameters
    ----------
    name : str
    label : str
        The class that it belongs to.
    tempos : tuple of (int, int)
        Ranges of beats per minute that suit it.
    arrange : callable
        Takes a piece and a random generator that chooses instruments and patterns.
    is_waltz : bool
        Whether it wants three beats in a bar.
    """

    name: str
    label: str
    tempos: tuple[tuple[int, int], ...]
    arrange: Callable[[Piece, np.random.Generator], Arrangement]
    is_waltz: bool = False
