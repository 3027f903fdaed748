"""Case scaling: what each stage costs against the size of the collection."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from essentia_ldl.errors import EssentiaLDLError
from tools.benchmarks.case import Setting
from tools.benchmarks.chords import write_clips
from tools.benchmarks.results import Entry, Finding, Point
from tools.benchmarks.side import Side
from tools.benchmarks.stages import LMNN_ITERATIONS, STAGES, load_stage, run_stage

SIZES = (100, 300, 1000, 3000, 10_000)
CLIP_SECONDS = 4.0
# A point this cheap is measured three times.
_CHEAP_SECONDS = 2.0


def measure(setting: Setting) -> Iterator[Entry]:
    """Measure every stage alone, in one process with one thread, as long as time allows."""
    sizes = SIZES[: setting.pick(len(SIZES), 2)]
    seconds = setting.pick(240, 3)
    folder = setting.scratch / "short-clips"
    write_clips(folder, n_classes=10, n_clips=2, seconds=CLIP_SECONDS)
    with setting.progress.stage("scaling", len(STAGES)) as advance:
        for stage in STAGES:
            try:
                yield from grow(stage, sizes, seconds, folder)
            except EssentiaLDLError as error:
                yield Finding("scaling", stage, f"not measured: {error}")
            advance(1)
    yield Finding(
        "scaling",
        "what is measured",
        f"one process, one thread; decoding, MFCC and embeddings on clips of {CLIP_SECONDS:g} s "
        f"that are used again and again; LMNN for {LMNN_ITERATIONS} iterations, 195 features to "
        "64; heads of 5 folds and 3 variants for 150 epochs",
    )


def grow(stage: str, sizes: Sequence[int], seconds: float, folder: Path) -> Iterator[Entry]:
    """Measure one stage at growing sizes, up to the last that fits into `seconds` of CPU time."""
    points: list[Point] = []
    with Side(stage) as side:
        # What is imported, compiled and loaded once in a process is not the stage's cost.
        side.prepare(run_stage, stage, sizes[0], folder)
        for number, size in enumerate(sizes):
            if expected(points, size) > seconds:
                left_out = ", ".join(f"{left:,}" for left in sizes[number:])
                yield Finding(
                    "scaling", stage, f"{left_out} left out: more than {seconds:g} s of CPU time"
                )
                return
            side.call(load_stage, stage, size, folder)
            runs = [side.call(run_stage, stage, size, folder).run]
            while len(runs) < 3 and (runs[0].cpu or 0) < _CHEAP_SECONDS:
                runs.append(side.call(run_stage, stage, size, folder).run)
            points.append(Point("scaling", stage, size, runs))
            yield points[-1]


def expected(points: Sequence[Point], size: int) -> float:
    """CPU seconds that a stage will take, if it goes on growing as it did.

    Examples
    --------
    >>> from tools.benchmarks.clock import Run
    >>> points = [Point("scaling", "s", n, [Run(cpu=n**2, wall=n**2)]) for n in (1, 10)]
    >>> expected([], 100), expected(points[:1], 10), expected(points, 100)
    (0.0, 10.0, 10000.0)
    """
    if not points:
        return 0.0
    last = points[-1]
    if len(points) == 1:
        return last.cpu * size / last.n_tracks
    before = points[-2]
    slope = math.log(last.cpu / before.cpu) / math.log(last.n_tracks / before.n_tracks)
    # At least linear: what is constant in small collections hides how a stage grows.
    return float(last.cpu * (size / last.n_tracks) ** max(1.0, slope))
