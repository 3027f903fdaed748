"""Electronic styles: oscillators, drum machines and effects, exactly on the grid."""

from __future__ import annotations

import numpy as np

from tools.demo import general_midi as gm
from tools.demo.chance import one_of
from tools.demo.effects import Drive, FilterSweep, PingPong, Reverb, SideChain
from tools.demo.patterns import bass, drums, pick, strike, theme_at, voicings_of
from tools.demo.piece import Piece
from tools.demo.score import MACHINE, Arrangement, Part, Style

_DRY = Reverb(seconds=0.6, wet=0.03)
_WIDE = Reverb(seconds=2.5, wet=0.15)
_VAST = Reverb(seconds=3.0, wet=0.3)
_FOUR_ON_THE_FLOOR = "x...x...x...x..."
_BACK_BEAT = "....x.......x..."
_EIGHTHS = "x.x.x.x.x.x.x.x."
_OFF_BEATS = "..x...x...x...x."
_HELD = "x---------------"


def house(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Four on the floor, off-beat hats and bass, ducking chord stabs, a late lead."""
    kit = one_of(rng, (gm.ELECTRONIC_KIT, gm.TR_808))
    low = one_of(rng, (gm.SYNTH_BASS, gm.RESONANT_BASS))
    keys = one_of(rng, (gm.SAW_LEAD, gm.POLY_SYNTH, gm.SYNTH_BRASS))
    lead = one_of(rng, (gm.SQUARE_LEAD, gm.SAW_LEAD, gm.FIFTHS_LEAD))
    rhythm = one_of(rng, ("x-..x-..x-..x-..", "x--x--x-x--x--x-", "..x-..x-..x-..x-"))
    beat = {
        gm.KICK: _FOUR_ON_THE_FLOOR,
        gm.CLAP: _BACK_BEAT,
        gm.OPEN_HAT: _OFF_BEATS,
        gm.CLOSED_HAT: "x.oxx.oxx.oxx.ox",
    }
    stabs = strike(piece, voicings_of(piece, 55, 81, size=4), rhythm, 90)
    tune = Part(lead, theme_at(piece, 76, 92), -4, -0.1, (PingPong(0.75, 0.35),))
    parts = (
        Part(kit, drums(piece, beat, 100), level=-1, bank=gm.DRUM_BANK),
        Part(low, bass(piece, "..R-..R-..R-..R-", 100), level=-2),
        Part(keys, stabs, level=-3, pan=0.2, effects=(SideChain(0.8),)),
        tune.entering(one_of(rng, (0, 2, 4)) * piece.slot),
    )
    return Arrangement(parts, MACHINE, _DRY)


def trance(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Running sixteenths with echoes over a ducking pad and an off-beat bass."""
    runner = one_of(rng, (gm.SAW_LEAD, gm.BRIGHTNESS, gm.SQUARE_LEAD))
    pad = one_of(rng, (gm.WARM_PAD, gm.SWEEP_PAD, gm.SYNTH_STRINGS))
    figure = one_of(rng, ("0123", "0213", "012321", "03210321"))
    beat = {gm.KICK: _FOUR_ON_THE_FLOOR, gm.OPEN_HAT: _OFF_BEATS, gm.CLAP: "....o.......o..."}
    fill = {
        gm.KICK: "x...x...x...x.x.",
        gm.SNARE: "........x.x.xxxx",
        gm.OPEN_HAT: "..x...x.........",
    }
    run = pick(piece, voicings_of(piece, 60, 84), figure, 86)
    echoing = (FilterSweep(700, 4 * piece.slot), PingPong(0.75, 0.4))
    held = strike(piece, voicings_of(piece, 55, 79), _HELD, 76)
    tune = Part(gm.SAW_LEAD, theme_at(piece, 76, 90), -4, effects=(PingPong(0.75, 0.3),))
    parts = (
        Part(gm.ELECTRONIC_KIT, drums(piece, beat, 100, fill), level=-2, bank=gm.DRUM_BANK),
        Part(gm.SYNTH_BASS, bass(piece, "..R...R...R...R.", 100), level=-3, effects=(Drive(2),)),
        Part(runner, run, level=-3, pan=0.15, effects=echoing),
        Part(pad, held, level=-6, pan=-0.1, effects=(SideChain(0.85),)),
        tune.entering(one_of(rng, (2, 4)) * piece.slot),
    )
    return Arrangement(parts, MACHINE, _WIDE)


def synth_pop(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Pulsing bass, back-beat, bright chords, and a lead that is joined a third below."""
    low = one_of(rng, (gm.SYNTH_BASS, gm.RESONANT_BASS))
    keys = one_of(rng, (gm.SYNTH_STRINGS, gm.POLY_SYNTH, gm.SYNTH_BRASS))
    lead = one_of(rng, (gm.SQUARE_LEAD, gm.SAW_LEAD, gm.CALLIOPE_LEAD))
    pulse = one_of(rng, ("R.R.R.R.R.R.R.R.", "R.R.8.R.R.R.8.R.", "RR8.RR8.RR8.R.8."))
    beat = {gm.KICK: "x.......x.x.....", gm.SNARE: _BACK_BEAT, gm.CLOSED_HAT: _EIGHTHS}
    fill = {
        gm.KICK: "x.......x.......",
        gm.SNARE: "....x.....x.x.xx",
        gm.CLOSED_HAT: "x.x.x.x.x.......",
    }
    chords = strike(piece, voicings_of(piece, 57, 81), "x-----x---x-----", 80)
    second = Part(lead, theme_at(piece, 74, 76, below=2), level=-8, pan=-0.4)
    parts = (
        Part(gm.ELECTRONIC_KIT, drums(piece, beat, 100, fill), level=-1, bank=gm.DRUM_BANK),
        Part(low, bass(piece, pulse, 98), level=-2),
        Part(keys, chords, level=-5, pan=0.3),
        Part(lead, theme_at(piece, 76, 90), level=-2, pan=-0.1),
        second.entering(4 * piece.slot),
    )
    return Arrangement(parts, MACHINE, _DRY)


def ambient(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Slow filtered pads, a deep bass, and bells that echo; no drums."""
    pad = one_of(rng, (gm.WARM_PAD, gm.SPACE_PAD, gm.SWEEP_PAD))
    other = one_of(rng, (gm.METAL_PAD, gm.HALO_PAD, gm.SYNTH_STRINGS))
    chimes = one_of(rng, (gm.CRYSTAL, gm.FANTASIA))
    lead = one_of(rng, (gm.CALLIOPE_LEAD, gm.SQUARE_LEAD))
    bells = one_of(rng, ("0---2-----3-1---", "3-----1---2-----", "0-----2-3-------"))
    chords = voicings_of(piece, 52, 78, size=4)
    ringing = pick(piece, voicings_of(piece, 67, 91), bells, 80)
    sweep = FilterSweep(400, 4 * piece.slot)
    tune = Part(lead, theme_at(piece, 76, 74), level=-5, effects=(PingPong(1.5, 0.5),))
    parts = (
        Part(pad, strike(piece, chords, _HELD, 84), pan=-0.3, effects=(sweep,)),
        Part(other, strike(piece, chords, _HELD, 74), level=-4, pan=0.3),
        Part(gm.RESONANT_BASS, bass(piece, "R---------------", 80, lowest=31), level=-7),
        Part(chimes, ringing, level=-6, pan=0.2, effects=(PingPong(0.75, 0.6),)),
        tune.entering(one_of(rng, (0, 2)) * piece.slot),
    )
    return Arrangement(parts, MACHINE, _VAST)


def electro(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Broken drum-machine beat, driven bass riff and short stabs."""
    low = one_of(rng, (gm.SYNTH_BASS, gm.BASS_LEAD, gm.RESONANT_BASS))
    keys = one_of(rng, (gm.SAW_LEAD, gm.SYNTH_BRASS))
    lead = one_of(rng, (gm.CHARANG_LEAD, gm.SQUARE_LEAD, gm.FIFTHS_LEAD))
    riff = one_of(rng, ("R.RR..8.R..R8.R.", "R..R..R.8..R..5.", "RR..R.8.RR..5.8."))
    beat = {
        gm.KICK: one_of(rng, ("x.....x...x.....", "x..x......x..x..")),
        gm.CLAP: _BACK_BEAT,
        gm.CLOSED_HAT: "xoxoxoxoxoxoxoxo",
        gm.COWBELL: "............o.o.",
    }
    stabs = strike(piece, voicings_of(piece, 57, 81), "......x-......x-", 90)
    tune = Part(lead, theme_at(piece, 72, 92), -3, -0.1, (PingPong(0.5, 0.3),))
    parts = (
        Part(gm.TR_808, drums(piece, beat, 104), level=-1, bank=gm.DRUM_BANK),
        Part(low, bass(piece, riff, 104), effects=(Drive(4),)),
        Part(keys, stabs, level=-6, pan=0.3, effects=(PingPong(0.75, 0.4),)),
        tune.entering(one_of(rng, (0, 2)) * piece.slot),
    )
    return Arrangement(parts, MACHINE, _DRY)


def chiptune(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """Square waves all over: lead, fast broken chords for harmony, eighth-note bass."""
    figure = one_of(rng, ("0120", "0121", "012"))
    beat = {gm.KICK: "x.....x.x.......", gm.SNARE: _BACK_BEAT, gm.CLOSED_HAT: _EIGHTHS}
    run = pick(piece, voicings_of(piece, 60, 84), figure, 76)
    parts = (
        Part(gm.SQUARE_LEAD, theme_at(piece, 79, 94), pan=0.15),
        Part(gm.SQUARE_LEAD, run, level=-6, pan=-0.3),
        Part(gm.SYNTH_BASS, bass(piece, "R.R.8.R.R.R.8.5.", 98, lowest=36), level=-2),
        Part(gm.ELECTRONIC_KIT, drums(piece, beat, 96), level=-4, bank=gm.DRUM_BANK),
    )
    return Arrangement(parts, MACHINE, _DRY)


def downtempo(piece: Piece, rng: np.random.Generator) -> Arrangement:
    """A slow drum machine, round bass, swept pad and a soft lead."""
    pad = one_of(rng, (gm.WARM_PAD, gm.POLY_SYNTH, gm.SWEEP_PAD))
    lead = one_of(rng, (gm.CALLIOPE_LEAD, gm.SAW_LEAD, gm.FANTASIA))
    riff = one_of(rng, ("R---..R-", "R-----5-", "R--R--8-"))
    beat = {
        gm.KICK: one_of(rng, ("x.........x.....", "x......x..x.....")),
        gm.SNARE: _BACK_BEAT,
        gm.CLOSED_HAT: "x.xxx.x.x.xxx.xo",
    }
    held = strike(piece, voicings_of(piece, 52, 78, size=4), _HELD, 82)
    sweep = FilterSweep(500, 4 * piece.slot)
    parts = (
        Part(gm.TR_808, drums(piece, beat, 98), level=-1, bank=gm.DRUM_BANK),
        Part(gm.RESONANT_BASS, bass(piece, riff, 96), level=-2),
        Part(pad, held, level=-4, pan=0.2, effects=(sweep,)),
        Part(lead, theme_at(piece, 74, 86), -3, -0.1, (PingPong(0.75, 0.45),)),
    )
    return Arrangement(parts, MACHINE, _WIDE)


ELECTRONIC_STYLES = (
    Style("house", "electronic", ((118, 128),), house),
    Style("trance", "electronic", ((128, 140),), trance),
    Style("synth-pop", "electronic", ((110, 128),), synth_pop),
    Style("ambient", "electronic", ((62, 84),), ambient),
    Style("electro", "electronic", ((112, 128),), electro),
    Style("chiptune", "electronic", ((120, 150),), chiptune),
    Style("downtempo", "electronic", ((72, 90),), downtempo),
)
