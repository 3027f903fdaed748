"""Which pieces there are: styles, tempos and proportions, from which all else follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tools.demo.acoustic import ACOUSTIC_STYLES
from tools.demo.chance import one_of
from tools.demo.electronic import ELECTRONIC_STYLES
from tools.demo.piece import Piece, compose
from tools.demo.render import render
from tools.demo.score import Stereo, Style

LADDER = (0.0, 0.25, 0.5, 0.75, 1.0)
_BLEND_RANGE = (0.1, 0.9)
_COLLECTION, _FRESH = range(2)
# What a piece draws from one generator each, so that none shifts another.
_PARTNER, _TEMPO, _COMPOSITION, _PERFORMANCE = range(4)


@dataclass(frozen=True)
class Plan:
    """A piece, and the clips that are wanted of it.

    Parameters
    ----------
    name : str
    entropy : tuple of int
        Seeds everything that is drawn for the piece.
    styles : tuple of Style
        One, or an acoustic and an electronic one to blend.
    tempo : int
        Beats per minute.
    proportions : tuple of float
        Of the acoustic arrangement; a clip each.
    """

    name: str
    entropy: tuple[int, ...]
    styles: tuple[Style, ...]
    tempo: int
    proportions: tuple[float, ...]

    @property
    def slot(self) -> int:
        """Beats of a chord, such that eight last 10 to 18 seconds."""
        if self.styles[0].is_waltz:
            return 3
        return 2 if self.tempo < 100 else 4

    def compose(self) -> Piece:
        """Compose the piece."""
        return compose(self.tempo, self.slot, _generator(self.entropy, _COMPOSITION))

    def perform(self) -> list[Stereo]:
        """Arrange the piece in each style and play it.

        In a blend both sides keep straight time: a swung and a straight theme would stumble.
        """
        piece = self.compose()
        rng = _generator(self.entropy, _PERFORMANCE)
        sounds = []
        for style in self.styles:
            arrangement = style.arrange(piece, rng)
            if len(self.styles) > 1:
                straight = replace(arrangement.feel, swing=0.5)
                arrangement = replace(arrangement, feel=straight)
            sounds.append(render(piece, arrangement, rng))
        return sounds


def plan_collection(n_clips: int, seed: int) -> tuple[Plan, ...]:
    """Plan a collection: four fifths pure, a fifth blends whose proportions are all different."""
    n_blends = 2 * round(n_clips / 10)
    pure = _plan_pure(n_clips - n_blends, (seed, _COLLECTION))
    shares = np.linspace(*_BLEND_RANGE, n_blends).round(3)
    blends = [
        _plan_blend(f"blend-{i:02d}", i, (seed, _COLLECTION, len(pure) + i), (float(share),))
        for i, share in enumerate(shares)
    ]
    return (*pure, *blends)


def plan_fresh(n_pure: int, n_pieces: int, seed: int) -> tuple[Plan, ...]:
    """Plan clips that are in no collection: pure ones, and pieces in every proportion."""
    pure = _plan_pure(n_pure, (seed, _FRESH))
    ladders = [
        _plan_blend(f"ladder-{i:02d}", i, (seed, _FRESH, n_pure + i), LADDER)
        for i in range(n_pieces)
    ]
    return (*pure, *ladders)


def _plan_pure(n_clips: int, entropy: tuple[int, int]) -> list[Plan]:
    n_acoustic = (n_clips + 1) // 2
    plans = []
    for i in range(n_clips):
        is_acoustic = i < n_acoustic
        styles = ACOUSTIC_STYLES if is_acoustic else ELECTRONIC_STYLES
        rank = i if is_acoustic else i - n_acoustic
        style = styles[rank % len(styles)]
        key = (*entropy, i)
        tempo = _draw_tempo(style.tempos, key)
        share = 1.0 if is_acoustic else 0.0
        plans.append(Plan(f"{style.label}-{rank:02d}", key, (style,), tempo, (share,)))
    return plans


def _plan_blend(
    name: str, index: int, entropy: tuple[int, ...], proportions: tuple[float, ...]
) -> Plan:
    electronic = ELECTRONIC_STYLES[index % len(ELECTRONIC_STYLES)]
    partners = [
        style
        for style in ACOUSTIC_STYLES
        if not style.is_waltz and _common_tempos(style, electronic)
    ]
    acoustic = one_of(_generator(entropy, _PARTNER), partners)
    tempo = _draw_tempo(_common_tempos(acoustic, electronic), entropy)
    return Plan(name, entropy, (acoustic, electronic), tempo, proportions)


def _common_tempos(first: Style, second: Style) -> list[tuple[int, int]]:
    overlaps = [
        (max(low, other_low), min(high, other_high))
        for low, high in first.tempos
        for other_low, other_high in second.tempos
    ]
    return [(low, high) for low, high in overlaps if low <= high]


def _draw_tempo(ranges: Sequence[tuple[int, int]], entropy: tuple[int, ...]) -> int:
    rng = _generator(entropy, _TEMPO)
    low, high = one_of(rng, ranges)
    return int(rng.integers(low, high, endpoint=True))


def _generator(entropy: tuple[int, ...], purpose: int) -> np.random.Generator:
    return np.random.default_rng([*entropy, purpose])
