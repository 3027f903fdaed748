"""Acoustic styles: people with strings, wood, reeds and skins, who breathe and sway."""

from __future__ import annotations

import numpy as np

from tools.demo import general_midi as gm
from tools.demo.chance import one_of
from tools.demo.effects import Reverb
from tools.demo.patterns import bass, drums, pick, strike, theme_at, voicings_of
from tools.demo.piece import Piece
from tools.demo.score import Arrangement, Feel, Part, Style

_STEADY = Feel(timing=0.009, velocity=6)
_FREE = Feel(timing=0.014, velocity=8)
_SWINGING = Feel(timing=0.008, velocity=7, swing=0.64)
_ROOM = Reverb(seconds=0.9, wet=0.06)
_HALL = Reverb(seconds=1.8, wet=0.12)


def folk_song(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Strummed steel guitar, upright bass, light percussion, and a tune on top."""
    lead = one_of(rng, (gm.HARMONICA, gm.FIDDLE, gm.NYLON_GUITAR, gm.RECORDER))
    rhythm = one_of(rng, ("X---x---x-x-x---", "X-----x-o-x-x-o-", "X---x-x-o-x-x-x-"))
    strum = strike(piece, voicings_of(piece, 48, 74), rhythm, 78, spread=0.07)
    beat = {
        gm.KICK: "x.......x.......",
        gm.SNARE: "....x.......x...",
        one_of(rng, (gm.SHAKER, gm.MARACAS, gm.TAMBOURINE)): "x.o.x.o.x.o.x.o.",
    }
    percussion = Part(gm.BRUSH_KIT, drums(piece, beat, 76), level=-10, bank=gm.DRUM_BANK)
    parts = (
        Part(lead, theme_at(piece, 72, 88), pan=0.15),
        Part(gm.STEEL_GUITAR, strum, level=-3, pan=-0.35),
        Part(gm.ACOUSTIC_BASS, bass(piece, "R-------5-------", 84), level=-5),
        percussion.entering(one_of(rng, (0, 2)) * piece.slot),
    )
    return Arrangement(parts, _STEADY, _ROOM)


def piano_ballad(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """A piano alone, or one that accompanies a singing instrument."""
    piano = one_of(rng, (gm.PIANO, gm.BRIGHT_PIANO))
    lead = one_of(rng, (piano, piano, gm.CELLO, gm.OBOE, gm.VIOLIN))
    broken = one_of(rng, ("0-1-2-1-3-2-1-2-", "0-2-1-2-3-2-1-2-", "01234321"))
    centre = 62 if lead == gm.CELLO else 76
    right_hand = pick(piece, voicings_of(piece, 50, 76), broken, 62)
    left_hand = bass(piece, "R-------5-------", 70, lowest=33)
    parts = (
        Part(lead, theme_at(piece, centre, 86), pan=0.1),
        Part(piano, right_hand, level=-5, pan=-0.1),
        Part(piano, left_hand, level=-5, pan=-0.2),
    )
    return Arrangement(parts, _FREE, _HALL)


def chamber_music(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Four string or wind players: melody, two inner voices, bass."""
    ensembles = (
        (gm.VIOLIN, gm.VIOLIN, gm.VIOLA, gm.CELLO),
        (gm.FLUTE, gm.CLARINET, gm.CLARINET, gm.BASSOON),
        (gm.OBOE, gm.VIOLIN, gm.VIOLA, gm.CELLO),
        (gm.CLARINET, gm.VIOLA, gm.VIOLA, gm.CELLO),
    )
    first, second, third, fourth = one_of(rng, ensembles)
    inner = one_of(rng, ("x-------x-------", "x-----x-x---x---", "x---x---x---x---"))
    figure = one_of(rng, ("R-------8---5---", "R---------------", "R---5---8---5---"))
    chords = voicings_of(piece, 55, 81)
    low = tuple(voicing[:1] for voicing in chords)
    middle = tuple(voicing[1:2] for voicing in chords)
    parts = (
        Part(first, theme_at(piece, 76, 92), pan=-0.4),
        Part(second, strike(piece, middle, inner, 74), level=-5, pan=-0.15),
        Part(third, strike(piece, low, inner, 74), level=-5, pan=0.15),
        Part(fourth, bass(piece, figure, 82, lowest=36), level=-4, pan=0.4),
    )
    return Arrangement(parts, _FREE, _HALL)


def jazz_trio(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Swung ride cymbal, walking bass, off-beat piano chords, and a soloist at times."""
    soloists = (gm.PIANO, gm.PIANO, gm.ALTO_SAX, gm.TENOR_SAX, gm.MUTED_TRUMPET, gm.VIBRAPHONE)
    lead = one_of(rng, (*soloists, gm.JAZZ_GUITAR))
    comping = one_of(rng, ("x--.....x-......", "......x---......", "x-....x---......"))
    walking = one_of(rng, ("R---3---5---8---", "R---5---8---5---", "R---3---5---3---"))
    beat = {
        gm.KICK: "o.......o.......",
        gm.PEDAL_HAT: "....x.......x...",
        gm.RIDE: "x...X.x.x...X.x.",
    }
    kit = one_of(rng, (gm.JAZZ_KIT, gm.BRUSH_KIT))
    chords = strike(piece, voicings_of(piece, 52, 78, size=4), comping, 66)
    parts = (
        Part(lead, theme_at(piece, 68, 90), pan=0.2),
        Part(gm.PIANO, chords, level=-6, pan=-0.3),
        Part(gm.ACOUSTIC_BASS, bass(piece, walking, 88), level=-3),
        Part(kit, drums(piece, beat, 74), level=-9, pan=0.1, bank=gm.DRUM_BANK),
    )
    return Arrangement(parts, _SWINGING, _ROOM)


def guitar_and_flute(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Finger-picked guitar or harp under a woodwind."""
    lead = one_of(rng, (gm.FLUTE, gm.RECORDER, gm.PAN_FLUTE, gm.CLARINET, gm.OBOE))
    plucked = one_of(rng, (gm.NYLON_GUITAR, gm.NYLON_GUITAR, gm.STEEL_GUITAR, gm.HARP))
    fingers = one_of(rng, ("0-1-2-1-3-1-2-1-", "0-2-1-3-2-1-2-1-", "0-1-2-3-2-1-"))
    parts = (
        Part(lead, theme_at(piece, 76, 86), pan=0.2),
        Part(plucked, pick(piece, voicings_of(piece, 48, 74), fingers, 74), level=-2, pan=-0.2),
        Part(plucked, bass(piece, "R-------R-------", 76, lowest=40), level=-6, pan=-0.2),
    )
    return Arrangement(parts, _STEADY, _HALL)


def bluegrass(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Banjo rolls, guitar on the back-beat, bass on the beat, and a fiddle tune in thirds."""
    lead = one_of(rng, (gm.FIDDLE, gm.FIDDLE, gm.HARMONICA))
    roll = one_of(rng, ("0-1-3-0-1-3-0-3-", "3-1-0-3-1-0-3-1-", "0-2-1-3-0-2-1-3-"))
    chop = strike(piece, voicings_of(piece, 48, 74), "....x--.....x--.", 74, spread=0.05)
    second = Part(gm.VIOLIN, theme_at(piece, 72, 76, below=2), level=-7, pan=0.4)
    parts = (
        Part(lead, theme_at(piece, 74, 92), pan=0.2),
        second.entering(4 * piece.slot),
        Part(gm.BANJO, pick(piece, voicings_of(piece, 55, 79), roll, 78), level=-2, pan=-0.35),
        Part(gm.STEEL_GUITAR, chop, level=-5, pan=-0.1),
        Part(gm.ACOUSTIC_BASS, bass(piece, "R---....5---....", 88), level=-4),
    )
    return Arrangement(parts, _STEADY, _ROOM)


def waltz(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Bass on one, chords on two and three, and an accordion, clarinet or violin."""
    lead = one_of(rng, (gm.ACCORDION, gm.BANDONEON, gm.CLARINET, gm.VIOLIN))
    chords = one_of(rng, (gm.NYLON_GUITAR, gm.PIANO))
    off_beats = strike(piece, voicings_of(piece, 52, 78), "....x-..x-..", 72, spread=0.03)
    beat = {gm.SNARE: "....o...o...", gm.TRIANGLE: "x..........."}
    parts = (
        Part(lead, theme_at(piece, 73, 88), pan=0.15),
        Part(chords, off_beats, level=-4, pan=-0.25),
        Part(gm.ACOUSTIC_BASS, bass(piece, "R-------....", 84), level=-4),
        Part(gm.BRUSH_KIT, drums(piece, beat, 60), level=-14, bank=gm.DRUM_BANK),
    )
    return Arrangement(parts, _FREE, _ROOM)


ACOUSTIC_STYLES = (
    Style("folk song", "acoustic", ((76, 90), (110, 126)), folk_song),
    Style("piano ballad", "acoustic", ((60, 80),), piano_ballad),
    Style("chamber music", "acoustic", ((66, 90), (110, 122)), chamber_music),
    Style("jazz trio", "acoustic", ((120, 158),), jazz_trio),
    Style("guitar and flute", "acoustic", ((70, 90), (110, 124)), guitar_and_flute),
    Style("bluegrass", "acoustic", ((116, 144),), bluegrass),
    Style("waltz", "acoustic", ((96, 126),), waltz, is_waltz=True),
)
