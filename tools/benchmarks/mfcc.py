"""Case mfcc: file to MFCC against plain Essentia, and the MFCC alone against their FFTs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal
from essentia_ldl.features.mfcc import HOP_SIZE, MFCCExtractor, mfcc_frames, mfcc_p
from essentia_ldl.progress import Advance
from tools import essentia_reference
from tools.benchmarks.case import Setting
from tools.benchmarks.clock import Measured, Run
from tools.benchmarks.essentia_peer import load_essentia
from tools.benchmarks.results import Comparison, Entry, Timing
from tools.benchmarks.side import Side
from tools.benchmarks.turns import alternate

OURS, ESSENTIA = "MFCCExtractor", "MonoLoader, frame loop"
FRAME_SIZE, FFT_SIZE, BLOCK = 1024, 2048, 256
# The MFCC of one segment take some ten milliseconds: too short for one look at the clock.
_TIMES = 20

# What each track cost and gave, in each round, by side.
Passes = list[list[list[Measured[Any]]]]


def measure(setting: Setting) -> Iterator[Entry]:
    """Compare on clips, on a full-length song, and on samples in memory."""
    rounds = setting.pick(5, 2)
    clips = setting.audio.of_each_class(setting.pick(10, 2), 1)
    song = setting.audio.song
    with setting.progress.stage("mfcc", 2 * rounds * (len(clips) + 2)) as advance:
        with Side(OURS) as ours, Side(ESSENTIA) as essentia:
            ours.prepare(load)
            essentia.prepare(load_essentia)
            # The first track of a process also makes what the next ones find.
            ours.call(compute, clips[0])
            essentia.call(compute_reference, clips[0])
            passes = _in_turns(ours, essentia, clips, rounds, advance)
            name = f"{clips[0].suffix[1:]} clip to MFCC, mean of {len(clips)}"
            yield _compared(name, ours, essentia, passes)
            passes = _in_turns(ours, essentia, [song], rounds, advance)
            name = f"{song.suffix[1:]} song of {_seconds(song)} to MFCC"
            yield _compared(name, ours, essentia, passes)
        yield alone(clips[0], rounds, advance)


def load() -> None:
    """Import what is not imported with this module."""
    for name in ("samplerate", "scipy.fft", "soundfile"):
        import_module(name)


def compute(path: Path) -> NDArray[np.float64]:
    """Our route: MFCC-P of a file."""
    return np.asarray(MFCCExtractor().compute(path)["mfcc_p"])


def compute_reference(path: Path) -> NDArray[np.float64]:
    """The peer's route."""
    return mfcc_p(essentia_reference.mfcc_of_file(path))


def alone(clip: Path, rounds: int, advance: Advance) -> Comparison:
    """Compare the MFCC of samples in memory with the FFTs that they cannot do without."""
    with Side("mfcc_frames") as ours, Side("scipy.fft.rfft") as floor, Side("Essentia") as essentia:
        segment = essentia.call(segment_of, clip).value
        expected = essentia.call(essentia_reference.mfcc_loop, segment).value
        found = ours.call(mfcc_frames, segment).value
        frames = np.lib.stride_tricks.sliding_window_view(
            np.pad(segment, (0, FFT_SIZE)), FRAME_SIZE
        )[::HOP_SIZE][: len(expected)]
        # In one piece, as a program that did nothing but FFTs would hold them.
        frames = np.ascontiguousarray(frames)
        for side in (ours, floor):
            side.prepare(load)
        ours.call(mfcc_often, segment, 1)
        floor.call(rfft_often, frames, 1)
        turns = alternate(
            rounds,
            partial(ours.call, mfcc_often, segment, _TIMES),
            partial(floor.call, rfft_often, frames, _TIMES),
            advance=advance,
        )
    mine, theirs = ([_divided(turn.run, _TIMES) for turn in side] for side in turns)
    return Comparison(
        "mfcc",
        f"MFCC of {len(expected)} frames in memory, and their FFTs alone",
        Timing(ours.name, mine, ours.peak, ours.peak_above),
        Timing(floor.name, theirs, floor.peak, floor.peak_above),
        differences={"MFCC of a frame, from Essentia's loop": _apart(found, expected)},
    )


def segment_of(clip: Path) -> Signal:
    """Samples of the segment that stands for a clip, as MonoLoader gives them."""
    from essentia_ldl.audio import excerpt

    usual = MFCCExtractor()
    return excerpt(essentia_reference.mono_loader(clip), 44100.0, usual.offset, usual.duration)[0]


def mfcc_often(segment: Signal, times: int) -> None:
    """Compute the MFCC of a segment again and again."""
    for _ in range(times):
        mfcc_frames(segment)


def rfft_often(frames: NDArray[np.float32], times: int) -> None:
    """Transform frames in blocks again and again: nothing but the FFTs of their MFCC."""
    from scipy.fft import rfft

    for _ in range(times):
        for first in range(0, len(frames), BLOCK):
            rfft(frames[first : first + BLOCK], n=FFT_SIZE)


def _in_turns(
    ours: Side, essentia: Side, paths: Sequence[Path], rounds: int, advance: Advance
) -> Passes:
    """Let each side take one track after the other, as a collection is gone through."""

    def all_by(side: Side, function: Callable[[Path], Any]) -> list[Measured[Any]]:
        measured = []
        for path in paths:
            measured.append(side.call(function, path))
            advance(1)
        return measured

    return alternate(
        rounds,
        partial(all_by, ours, compute),
        partial(all_by, essentia, compute_reference),
        advance=lambda _: None,
    )


def _compared(name: str, ours: Side, essentia: Side, passes: Passes) -> Comparison:
    mine, theirs = ([_mean([track.run for track in tracks]) for tracks in side] for side in passes)
    by_track = [list(zip(*side, strict=True)) for side in passes]
    ratios = [
        median(turn.run.cpu or 0 for turn in theirs_of)
        / median(turn.run.cpu or 0 for turn in ours_of)
        for ours_of, theirs_of in zip(*by_track, strict=True)
    ]
    apart = max(
        _apart(mine_of.value, theirs_of.value)
        for mine_of, theirs_of in zip(passes[0][0], passes[1][0], strict=True)
    )
    return Comparison(
        "mfcc",
        name,
        Timing(ours.name, mine, ours.peak, ours.peak_above),
        Timing(essentia.name, theirs, essentia.peak, essentia.peak_above),
        differences={"MFCC-P": apart},
        notes=[f"{min(ratios):.1f} to {max(ratios):.1f} times"] if len(ratios) > 1 else [],
        details={"ratios": ratios},
    )


def _mean(runs: Sequence[Run]) -> Run:
    return _divided(
        Run(sum(run.cpu or 0 for run in runs), sum(run.wall for run in runs)), len(runs)
    )


def _divided(run: Run, times: int) -> Run:
    return Run((run.cpu or 0) / times, run.wall / times)


def _seconds(song: Path) -> str:
    import soundfile

    try:
        return f"{soundfile.info(song).duration:.0f} s"
    except soundfile.LibsndfileError:
        return "unknown length"


def _apart(some: NDArray[np.floating], others: NDArray[np.floating]) -> float:
    return float(np.abs(some - others).max())
