"""Scores to sound, through a General MIDI sound font."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.errors import EssentiaLDLError
from tools.demo.effects import SAMPLE_RATE
from tools.demo.general_midi import DRUM_BANK
from tools.demo.loudness import active_energy
from tools.demo.piece import Piece
from tools.demo.score import Arrangement, Feel, Note, Part, Stereo

TAIL_SECONDS = 2.0
_FADE_SECONDS = 0.8
_REMEDY = (
    "pip install pretty_midi soundfile && pip install --no-deps tinysoundfont==0.3.7; on Python "
    "3.13 the latter needs a C++ compiler, on 3.10 to 3.12 it comes as a wheel"
)


@lru_cache(maxsize=1)
def sound_font() -> Path:
    """Path of the sound font TimGM6mb.sf2 in the installed pretty_midi, which is not imported.

    Raises
    ------
    EssentiaLDLError
        If pretty_midi is not installed, or came without the sound font.
    """
    spec = find_spec("pretty_midi")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "TimGM6mb.sf2"
        if path.is_file():
            return path
    raise EssentiaLDLError("the demo's sound font is not installed", remedy=_REMEDY)


def require(name: str) -> ModuleType:
    """Import one of the libraries that only the demo needs.

    Raises
    ------
    EssentiaLDLError
        If it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise EssentiaLDLError(f"the demo needs {name}: {error}", remedy=_REMEDY) from error


def duration_seconds(piece: Piece) -> float:
    """Seconds that a rendered piece lasts, its tail included."""
    return piece.beats * piece.beat_seconds + TAIL_SECONDS


def render(piece: Piece, arrangement: Arrangement, rng: np.random.Generator) -> Stereo:
    """Play an arrangement.

    Each part is rendered alone, given its effects and brought to its level, so that the
    balance does not depend on how loud the sound font's instruments are.

    Returns
    -------
    np.ndarray [shape=(n_samples, 2)], float32
        At 44.1 kHz, faded out, not normalised.
    """
    n_samples = round(duration_seconds(piece) * SAMPLE_RATE)
    mix: Stereo = np.zeros((n_samples, 2), dtype=np.float32)
    for part in arrangement.parts:
        sound = _play(part, piece, arrangement.feel, rng, n_samples)
        for effect in part.effects:
            sound = effect(sound, piece.beat_seconds)
        energy = active_energy(sound)
        if energy > 0:
            gain = 10 ** (part.level / 20) / np.sqrt(energy)
            mix += sound * (gain * _pan(part.pan)).astype(np.float32)
    mix = arrangement.room(mix, piece.beat_seconds)
    fade = round(_FADE_SECONDS * SAMPLE_RATE)
    mix[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None] ** 2
    return mix


def _pan(position: float) -> NDArray[np.float64]:
    angle = (position + 1) * np.pi / 4
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float64) * 2**0.5


def _play(part: Part, piece: Piece, feel: Feel, rng: np.random.Generator, n_samples: int) -> Stereo:
    tinysoundfont = require("tinysoundfont")
    # A synthesizer per part: voices that still ring in another would change these.
    synth = tinysoundfont.Synth(samplerate=SAMPLE_RATE)
    synth.program_select(
        0, synth.sfload(str(sound_font())), part.bank, part.program, part.bank == DRUM_BANK
    )
    blocks = []
    now = 0
    for time, velocity, pitch in _events(part.notes, piece, feel, rng):
        until = min(max(time, now), n_samples)
        if until > now:
            blocks.append(_generate(synth, until - now))
            now = until
        if velocity:
            synth.noteon(0, pitch, velocity)
        else:
            synth.noteoff(0, pitch)
    blocks.append(_generate(synth, n_samples - now))
    return np.concatenate(blocks)


def _generate(synth: object, n_samples: int) -> Stereo:
    block = synth.generate_simple(n_samples)  # type: ignore[attr-defined]
    return np.frombuffer(block, dtype=np.float32).reshape(-1, 2)


def _events(
    notes: Sequence[Note], piece: Piece, feel: Feel, rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Sample, velocity (0 ends a note) and pitch of all events, ends before onsets."""
    jitter = rng.normal(0, feel.timing, len(notes)).clip(-2 * feel.timing, 2 * feel.timing)
    touch = rng.normal(0, feel.velocity, len(notes))
    events = []
    for note, late, force in zip(notes, jitter, touch, strict=True):
        start = max(0.0, feel.swung(note.start) * piece.beat_seconds + late)
        end = feel.swung(note.start + note.duration) * piece.beat_seconds
        # A hair's gap keeps a repeated pitch from being cut by the end of the one before.
        end = max(end - 0.01, start + 0.03)
        velocity = int(np.clip(note.velocity + force, 1, 127))
        events.append((round(start * SAMPLE_RATE), velocity, note.pitch))
        events.append((round(end * SAMPLE_RATE), 0, note.pitch))
    return sorted(events)
