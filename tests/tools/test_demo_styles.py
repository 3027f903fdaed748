"""What every style of tools.demo.acoustic and tools.demo.electronic must keep."""

import numpy as np
import pytest

from tools.demo.acoustic import ACOUSTIC_STYLES
from tools.demo.electronic import ELECTRONIC_STYLES
from tools.demo.general_midi import DRUM_BANK
from tools.demo.piece import Piece, compose
from tools.demo.plan import Plan
from tools.demo.render import duration_seconds
from tools.demo.score import Arrangement, Style

STYLES = (*ACOUSTIC_STYLES, *ELECTRONIC_STYLES)
SEEDS = range(12)


@pytest.fixture(params=STYLES, ids=lambda style: style.name)
def style(request: pytest.FixtureRequest) -> Style:
    chosen: Style = request.param
    return chosen


def _plan(style: Style, tempo: int, seed: int = 0) -> Plan:
    return Plan("piece", (seed,), (style,), tempo, (1.0,))


def _arrange(style: Style, seed: int) -> tuple[Piece, Arrangement]:
    plan = _plan(style, style.tempos[seed % len(style.tempos)][0], seed)
    rng = np.random.default_rng(seed)
    piece = compose(plan.tempo, plan.slot, rng)
    return piece, style.arrange(piece, rng)


def test_clips_last_12_to_20_seconds(style: Style) -> None:
    for tempo in {tempo for pair in style.tempos for tempo in pair}:
        assert 12 <= duration_seconds(_plan(style, tempo).compose()) <= 20


def test_every_pitch_is_in_the_scale(style: Style) -> None:
    for seed in SEEDS:
        piece, arrangement = _arrange(style, seed)
        scale = set(piece.key.chord(0, 7))
        for part in arrangement.parts:
            if part.bank != DRUM_BANK:
                assert {note.pitch % 12 for note in part.notes} <= scale


def test_notes_can_be_played(style: Style) -> None:
    for seed in SEEDS:
        piece, arrangement = _arrange(style, seed)
        for part in arrangement.parts:
            for note in part.notes:
                assert 20 <= note.pitch <= 115
                assert 1 <= note.velocity <= 127
                assert note.duration > 0
                assert 0 <= note.start <= piece.beats + 0.2


def test_some_part_plays_in_every_slot(style: Style) -> None:
    for seed in SEEDS:
        piece, arrangement = _arrange(style, seed)
        notes = [note for part in arrangement.parts for note in part.notes]
        assert {int(note.start // piece.slot) for note in notes} >= set(range(8))


def test_choices_vary_with_the_seed(style: Style) -> None:
    assert len({repr(_arrange(style, seed)[1].parts) for seed in SEEDS}) == len(SEEDS)


def test_people_sway_and_machines_do_not() -> None:
    for style in STYLES:
        feel = _arrange(style, 0)[1].feel
        assert (feel.timing > 0) == (style.label == "acoustic")
