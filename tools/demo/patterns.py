"""Accompaniment: chords, basses and drums from rhythms written as strings.

A rhythm has one character per sixteenth note. ``-`` prolongs the note before it, ``.`` is
silence, everything else starts a note; what it plays is up to the function that reads the
rhythm. Rhythms of chords and basses start anew with every chord and are cut where it ends;
those of drums start anew with every bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tools.demo.piece import N_CHORDS, Piece
from tools.demo.score import Note
from tools.demo.theory import voice_lead

Voicings = Sequence[tuple[int, ...]]
_SIXTEENTHS = 4
_ACCENTS = {"X": 1.2, "x": 1.0, "o": 0.7}


def read_rhythm(rhythm: str, n_steps: int) -> Iterator[tuple[float, float, str]]:
    """Onset and duration in beats, and character, of each note in the first `n_steps`.

    Examples
    --------
    >>> list(read_rhythm("x---x-..", 6))
    [(0.0, 1.0, 'x'), (1.0, 0.5, 'x')]
    """
    line = (rhythm * (n_steps // len(rhythm) + 1))[:n_steps]
    for place, character in enumerate(line):
        if character in "-.":
            continue
        end = place + 1
        while end < n_steps and line[end] == "-":
            end += 1
        yield place / _SIXTEENTHS, (end - place) / _SIXTEENTHS, character


def voicings_of(piece: Piece, low: int, high: int, size: int = 3) -> Voicings:
    """Voicings of the piece's chords and, last, of its final tonic, between two pitches."""
    chords = [piece.key.chord(degree, size) for degree in (*piece.chords, 0)]
    return voice_lead(chords, low, high)


def strike(
    piece: Piece, voicings: Voicings, rhythm: str, velocity: int, *, spread: float = 0.0
) -> tuple[Note, ...]:
    """Whole chords: ``X`` loud, ``x`` normal, ``o`` soft.

    Parameters
    ----------
    spread : float
        Beats between a chord's lowest and highest note, as a strum has them.
    """
    notes: list[Note] = []
    for slot, onset, duration, character in _slots(piece, rhythm):
        notes += _chord(voicings[slot], onset, duration, velocity * _ACCENTS[character], spread)
    notes += _chord(voicings[-1], piece.beats, piece.final_beats, velocity, spread)
    return tuple(notes)


def pick(piece: Piece, voicings: Voicings, rhythm: str, velocity: int) -> tuple[Note, ...]:
    """Single notes of the chord: a digit names the voice, counted from the lowest.

    Voices beyond the highest go on an octave above.
    """
    notes = []
    for slot, onset, duration, character in _slots(piece, rhythm):
        octave, voice = divmod(int(character), len(voicings[slot]))
        accent = 1.1 if onset % 1 == 0 else 0.95
        pitch = voicings[slot][voice] + 12 * octave
        notes.append(Note(onset, duration, pitch, int(velocity * accent)))
    notes += _chord(voicings[-1], piece.beats, piece.final_beats, velocity, 0.1)
    return tuple(notes)


def bass(piece: Piece, rhythm: str, velocity: int, lowest: int = 28) -> tuple[Note, ...]:
    """A bass line: ``R`` the root, ``3`` and ``5`` the chord's others, ``8`` the octave.

    Parameters
    ----------
    lowest : int
        MIDI pitch that no root lies below; 28 is a bass's open E string.
    """
    steps = {"R": 0, "3": 2, "5": 4, "8": 7}
    notes = []
    for slot, onset, duration, character in _slots(piece, rhythm):
        root = bass_root(piece, piece.chords[slot], lowest)
        pitch = piece.key.pitch(piece.chords[slot] + steps[character])
        rise = pitch - piece.key.pitch(piece.chords[slot])
        notes.append(Note(onset, duration, root + rise, velocity))
    notes.append(Note(piece.beats, piece.final_beats, bass_root(piece, 0, lowest), velocity))
    return tuple(notes)


def bass_root(piece: Piece, degree: int, lowest: int) -> int:
    """MIDI pitch of a degree in the octave above `lowest`."""
    return lowest + (piece.key.pitch(degree) - lowest) % 12


def drums(
    piece: Piece, lines: dict[int, str], velocity: int, fill: dict[int, str] | None = None
) -> tuple[Note, ...]:
    """Percussion: a rhythm for each drum (General MIDI key); `fill` replaces each fourth bar."""
    n_steps = piece.bar * _SIXTEENTHS
    notes = []
    n_bars = piece.beats // piece.bar
    for index in range(n_bars):
        is_fill = fill is not None and index % 4 == 3
        for drum, rhythm in (fill if is_fill and fill else lines).items():
            for onset, duration, character in read_rhythm(rhythm, n_steps):
                force = int(velocity * _ACCENTS[character])
                notes.append(Note(index * piece.bar + onset, duration, drum, min(force, 127)))
    notes += [Note(piece.beats, 0.5, drum, velocity) for drum in list(lines)[:1]]
    return tuple(notes)


def theme_at(piece: Piece, centre: int, velocity: int, *, below: int = 0) -> tuple[Note, ...]:
    """The theme, in the octave whose middle is nearest to `centre`.

    Parameters
    ----------
    below : int
        Scale steps to play below it: 2 gives a second voice in parallel thirds.
    """
    pitches = [piece.key.pitch(note.step) for note in piece.theme]
    octaves = 12 * round((centre - sum(pitches) / len(pitches)) / 12)
    notes = []
    for note in piece.theme:
        # Phrases swell to their middle and recede.
        place = note.start % (2 * piece.slot) / (2 * piece.slot)
        swell = 0.92 + 0.16 * (1 - abs(2 * place - 1))
        accent = 1.06 if note.start % piece.slot == 0 else 1.0
        pitch = piece.key.pitch(note.step - below) + octaves
        force = min(127, int(velocity * swell * accent))
        notes.append(Note(note.start, note.duration, pitch, force))
    last = notes[-1]
    notes.append(Note(piece.beats, piece.final_beats, last.pitch, velocity))
    return tuple(notes)


def _slots(piece: Piece, rhythm: str) -> Iterator[tuple[int, float, float, str]]:
    for slot in range(N_CHORDS):
        for onset, duration, character in read_rhythm(rhythm, piece.slot * _SIXTEENTHS):
            yield slot, slot * piece.slot + onset, duration, character


def _chord(
    pitches: tuple[int, ...], onset: float, duration: float, velocity: float, spread: float
) -> list[Note]:
    delay = spread / max(1, len(pitches) - 1)
    return [
        Note(onset + i * delay, duration, pitch, min(127, int(velocity)))
        for i, pitch in enumerate(pitches)
    ]
