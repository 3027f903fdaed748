"""A piece before anyone plays it: key, tempo, chords and theme, common to all arrangements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.demo.chance import one_of
from tools.demo.theory import Key, choose_key, choose_progression

N_CHORDS = 8
_FINAL_SECONDS = 1.2
_THEME_RANGE = (-3, 9)

# Rhythms, as durations in beats, that fill the space of a key of this table: a half of a chord
# in common time, a bar in a waltz; in slow pieces (a chord of two beats) a whole chord.
_CELLS: dict[int, tuple[tuple[float, ...], ...]] = {
    2: (
        (1, 0.5, 0.5), (0.5, 0.5, 1), (1.5, 0.5), (0.5, 1, 0.5), (0.5, 0.5, 0.5, 0.5),
        (0.75, 0.75, 0.5), (1, 1), (0.5, 1.5),
    ),
    3: ((2, 1), (1, 1, 1), (1.5, 0.5, 1), (1, 0.5, 0.5, 1), (1, 1, 0.5, 0.5), (1, 2)),
}  # fmt: skip
_SLOW_CELLS: tuple[tuple[float, ...], ...] = (
    (0.75, 0.25, 0.5, 0.5), (0.5, 0.25, 0.25, 1), (0.5, 0.5, 0.5, 0.5), (1, 0.5, 0.5),
    (0.5, 0.5, 0.75, 0.25), (0.25, 0.25, 0.5, 1),
)  # fmt: skip
# The last of a unit, where the melody breathes.
_ENDINGS: dict[int, tuple[tuple[float, ...], ...]] = {
    2: ((2,), (0.5, 1.5), (0.5, 0.5, 1)),
    3: ((3,), (1, 2), (2, 1)),
}
_SLOW_ENDINGS: tuple[tuple[float, ...], ...] = ((1, 1), (0.5, 1.5), (0.5, 0.5, 1), (0.75, 0.25, 1))
_STEPS = (-3, -2, -1, 0, 1, 2, 3, 4)
_STEP_WEIGHTS = (0.04, 0.13, 0.3, 0.04, 0.3, 0.13, 0.04, 0.02)


@dataclass(frozen=True)
class ThemeNote:
    """A melody note: onset and duration in beats, pitch as a step of the key's scale."""

    start: float
    duration: float
    step: int


@dataclass(frozen=True)
class Piece:
    """Eight chords of equal length, a theme over them, and a last chord that rings out.

    Parameters
    ----------
    key : Key
    tempo : float
        Beats per minute.
    slot : int
        Beats that each chord lasts: 4 or 2 (half a bar, in slow pieces) in common time, 3 in
        a waltz.
    chords : tuple of int
        Eight scale degrees; the last is the tonic.
    theme : tuple of ThemeNote
        In the form a a' b a''.
    """

    key: Key
    tempo: float
    slot: int
    chords: tuple[int, ...]
    theme: tuple[ThemeNote, ...]

    @property
    def bar(self) -> int:
        """Beats in a bar."""
        return 3 if self.slot == 3 else 4

    @property
    def beats(self) -> int:
        """Beats before the final chord."""
        return N_CHORDS * self.slot

    @property
    def final_beats(self) -> float:
        """Beats that the final chord is held."""
        return _FINAL_SECONDS / self.beat_seconds

    @property
    def beat_seconds(self) -> float:
        """Seconds that a beat lasts."""
        return 60 / self.tempo


def compose(tempo: float, slot: int, rng: np.random.Generator) -> Piece:
    """Compose a piece at a tempo, with chords of `slot` beats."""
    key = choose_key(rng)
    chords = choose_progression(key, rng)
    return Piece(key, tempo, slot, chords, _compose_theme(chords, slot, rng))


@dataclass(frozen=True)
class _Motif:
    rhythm: tuple[float, ...]
    steps: tuple[int, ...]

    def inverted(self) -> _Motif:
        return _Motif(self.rhythm, tuple(-step for step in self.steps))


def _invent_motif(slot: int, rng: np.random.Generator) -> _Motif:
    size = 3 if slot == 3 else 2
    cells = _SLOW_CELLS if slot == 2 else _CELLS[size]
    endings = _SLOW_ENDINGS if slot == 2 else _ENDINGS[size]
    n_cells = 2 * slot // size - 1
    # Two cells, taken in turn, make a rhythm that the ear can follow.
    chosen = [one_of(rng, cells) for _ in range(2)]
    rhythm = [duration for i in range(n_cells) for duration in chosen[i % 2]]
    rhythm += one_of(rng, endings)
    steps = rng.choice(_STEPS, size=len(rhythm), p=_STEP_WEIGHTS)
    # Most melodies are arches or valleys: what rises at first falls later.
    middle = len(steps) // 2
    if steps[:middle].sum() * steps[middle:].sum() > 0:
        steps[middle:] *= -1
    return _Motif(tuple(rhythm), tuple(int(step) for step in steps))


def _compose_theme(
    chords: tuple[int, ...], slot: int, rng: np.random.Generator
) -> tuple[ThemeNote, ...]:
    first = _invent_motif(slot, rng)
    contrast = first.inverted() if rng.random() < 0.4 else _invent_motif(slot, rng)
    start = one_of(rng, (0, 2, 4))
    entries = (start, start + one_of(rng, (0, 1, 2)), start + 4, start)
    notes: list[ThemeNote] = []
    form = (first, first, contrast, first)
    for unit, (motif, entry) in enumerate(zip(form, entries, strict=True)):
        notes += _sing(motif, entry, 2 * unit * slot, chords, slot)
    last = notes[-1]
    home = 7 * round(notes[-2].step / 7)
    return (*notes[:-1], ThemeNote(last.start, last.duration, home))


def _sing(
    motif: _Motif, entry: int, start: int, chords: tuple[int, ...], slot: int
) -> list[ThemeNote]:
    """Lay a motif over the chords: chord notes on the strong beats, scale steps between."""
    notes = []
    onset, step = float(start), entry
    for duration, move in zip(motif.rhythm, motif.steps, strict=True):
        last, step = step, _reflect(step + move)
        is_strong = onset % slot % 2 == 0
        if is_strong or duration >= 2:
            step = _chord_step(step, chords[int(onset) // slot], last)
        notes.append(ThemeNote(onset, duration, step))
        onset += duration
    return notes


def _reflect(step: int) -> int:
    low, high = _THEME_RANGE
    return 2 * low - step if step < low else 2 * high - step if step > high else step


def _chord_step(step: int, degree: int, last: int) -> int:
    """Return the chord note nearest to a step that does not repeat the last note."""
    members = {(degree + third) % 7 for third in (0, 2, 4)}
    forward = 1 if step >= last else -1
    moves = (0, forward, -forward, 2 * forward, -2 * forward, 3 * forward, -3 * forward)
    return next(
        step + move for move in moves if (step + move) % 7 in members and step + move != last
    )
