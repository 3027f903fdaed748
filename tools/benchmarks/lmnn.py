"""Case lmnn: this package's solvers against metric-learn's, on one objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from essentia_ldl.memory import available_memory
from essentia_ldl.progress import Advance
from tools.benchmarks import lmnn_sides
from tools.benchmarks.case import Setting
from tools.benchmarks.clock import Measured, Run
from tools.benchmarks.lmnn_sides import Fitted, Spec
from tools.benchmarks.metric_learn_peer import Descent
from tools.benchmarks.results import Comparison, Entry, Finding, Timing
from tools.benchmarks.side import Side

OURS, PEER = "essentia_ldl", "metric-learn"
SIZES = ((320, 2, 32), (1000, 10, 64), (1820, 9, 64))
LARGE = Spec(10_000, 9, 64, standardised=False)
LARGE_ITERATIONS = 60
# The largest of `SIZES`, at which gradient descent is followed, too.
_FOLLOWED = 1820
_MEMORY_OF_PEER = 4 * 2**30


@dataclass(frozen=True, eq=False)
class Round:
    """One turn of every side: the peer's descent, ours to its best, and ours along its path."""

    peer: Measured[Descent]
    lbfgs: Measured[Fitted]
    gd: Measured[Fitted] | None


def measure(setting: Setting) -> Iterator[Entry]:
    """Compare at the sizes of the paper's tasks; then go on to one that metric-learn cannot do."""
    rounds, seconds = setting.pick(3, 1), setting.pick(60, 2)
    sizes = SIZES[: setting.pick(len(SIZES), 1)]
    specs = [Spec(*size, standardised) for size in sizes for standardised in (False, True)]
    large = Spec(500, 9, 64, standardised=False) if setting.quick else LARGE
    yield from cache_remark()
    with setting.progress.stage("lmnn", rounds * len(specs) + 2) as advance:
        for spec in specs:
            yield from race(spec, rounds, seconds, advance)
        yield large_problem(large)
        advance(1)
        yield peer_on_large_problem(large, seconds)
        advance(1)


def cache_remark() -> Iterator[Finding]:
    """Say so where numba cannot keep what it compiles; a comparison does not count that time."""
    with Side(OURS) as side:
        run = side.prepare(lmnn_sides.load_ours, Spec(*SIZES[0], standardised=False))
        if side.call(lmnn_sides.cache_folder).value is None:
            yield Finding(
                "lmnn",
                "numba",
                "cannot keep compiled code here (NUMBA_CACHE_DIR names a folder for it): every "
                f"process that fits LMNN compiles first, {run.wall:.1f} s with the imports",
            )


def race(spec: Spec, rounds: int, seconds: float, advance: Advance) -> Iterator[Comparison]:
    """Let metric-learn descend as far as it gets, and reach the same objective by L-BFGS.

    Parameters
    ----------
    spec : Spec
    rounds : int
    seconds : float
        CPU seconds after which metric-learn is cut off.
    advance : callable
        Gets a step per round.
    """
    with Side(f"{OURS}, lbfgs") as lbfgs, Side(f"{OURS}, gd") as gd, Side(PEER) as peer:
        for side, load in (
            (lbfgs, lmnn_sides.load_ours),
            (gd, lmnn_sides.load_ours),
            (peer, lmnn_sides.load_metric_learn),
        ):
            side.prepare(load, spec)
        path = lbfgs.call(lmnn_sides.fit, spec, "lbfgs").value.trace
        exactness = gd.call(lmnn_sides.exactness, spec).value
        taken = []
        for _ in range(rounds):
            descent = peer.call(lmnn_sides.descend, spec, seconds)
            n_iter = first_at_or_below(path, descent.value.best.objective) + 1
            reached = lbfgs.call(lmnn_sides.fit, spec, "lbfgs", n_iter)
            followed = None
            if spec.n_tracks == _FOLLOWED:
                # Both count the start as the first of their iterations, and stop one short.
                n_followed = len(descent.value.accepted) + 1
                followed = gd.call(lmnn_sides.fit, spec, "gd", n_followed)
            taken.append(Round(descent, reached, followed))
            advance(1)
        yield _to_the_best(spec, taken, (lbfgs, peer), exactness)
        if taken[0].gd:
            yield _along_the_path(spec, taken, (gd, peer))


def first_at_or_below(trace: Sequence[float], objective: float) -> int:
    """Position of the first value that is no more than `objective`, or else the last position.

    Examples
    --------
    >>> first_at_or_below([9.0, 5.0, 3.0, 2.0], 4.0), first_at_or_below([9.0, 5.0], 4.0)
    (2, 1)
    """
    return next((i for i, value in enumerate(trace) if value <= objective), len(trace) - 1)


def large_problem(spec: Spec) -> Comparison:
    """Measure time and memory of some iterations on a collection of thousands."""
    with Side(f"{OURS}, lbfgs") as side:
        side.prepare(lmnn_sides.load_ours, spec)
        fitted = side.call(lmnn_sides.fit, spec, "lbfgs", LARGE_ITERATIONS, 0.0)
        trace = fitted.value.trace
        return Comparison(
            "lmnn",
            f"{spec}: {len(trace)} iterations",
            Timing(side.name, [fitted.run], side.peak, side.peak_above),
            notes=[f"objective {trace[0]:.4g} at the start, {trace[-1]:.4g} at the end"],
        )


def peer_on_large_problem(spec: Spec, seconds: float) -> Finding:
    """Tell how far metric-learn gets there, where it has the memory to try."""
    name = f"{spec}: metric-learn"
    memory = available_memory()
    if memory is not None and memory < _MEMORY_OF_PEER:
        return Finding("lmnn", name, f"not tried: {memory / 1e9:.1f} GB of memory are too little")
    with Side(PEER) as side:
        side.prepare(lmnn_sides.load_metric_learn, spec)
        descent = side.call(lmnn_sides.descend, spec, seconds)
        trace = descent.value.trace
        return Finding(
            "lmnn",
            name,
            f"{len(trace)} evaluations in {descent.run.cpu:.0f} s of CPU time, peak memory "
            f"{side.peak / 1e6:.0f} MB; objective {trace[0].objective:.4g} at the start, at best "
            f"{descent.value.best.objective:.4g}",
            {"peak": side.peak, "trace": trace},
        )


def _to_the_best(
    spec: Spec, taken: Sequence[Round], sides: tuple[Side, Side], exactness: dict[str, float]
) -> Comparison:
    lbfgs, peer = sides
    bests = [turn.peer.value.best for turn in taken]
    short = [
        turn.lbfgs.value.trace[-1] / best.objective - 1
        for turn, best in zip(taken, bests, strict=True)
        if turn.lbfgs.value.trace[-1] > best.objective
    ]
    return Comparison(
        "lmnn",
        f"{spec}: to metric-learn's best objective",
        Timing(lbfgs.name, [turn.lbfgs.run for turn in taken], lbfgs.peak, lbfgs.peak_above),
        Timing(
            peer.name,
            [Run(best.cpu, best.wall) for best in bests],
            peer.peak,
            peer.peak_above,
            note=_ending(taken),
        ),
        differences=exactness,
        notes=[f"lbfgs ended {max(short):.1e} above that objective"] if short else [],
        details={
            "peer_trace": taken[0].peer.value.trace,
            "trace": taken[0].lbfgs.value.trace,
            "bests": [best.objective for best in bests],
        },
    )


def _along_the_path(spec: Spec, taken: Sequence[Round], sides: tuple[Side, Side]) -> Comparison:
    gd, peer = sides
    ours = [turn.gd for turn in taken if turn.gd]
    apart = max(
        float(np.abs(np.divide(mine.value.trace, turn.peer.value.accepted) - 1).max())
        for mine, turn in zip(ours, taken, strict=True)
    )
    counts = [len(turn.peer.value.trace) for turn in taken]
    return Comparison(
        "lmnn",
        f"{spec}: an evaluation along metric-learn's path",
        Timing(
            gd.name,
            [_each(turn.run, count) for turn, count in zip(ours, counts, strict=True)],
            gd.peak,
            gd.peak_above,
        ),
        Timing(
            peer.name,
            [_each(turn.peer.run, count) for turn, count in zip(taken, counts, strict=True)],
            peer.peak,
            peer.peak_above,
        ),
        differences={f"objective in {min(counts)} evaluations, relative": apart},
    )


def _ending(taken: Sequence[Round]) -> str:
    descents = [turn.peer.value for turn in taken]
    counts = "/".join(str(len(descent.trace)) for descent in descents)
    if all(descent.finished for descent in descents):
        return f"metric-learn converged in {counts} evaluations"
    return f"metric-learn was cut off after {counts} evaluations"


def _each(run: Run, count: int) -> Run:
    return Run((run.cpu or 0) / count, run.wall / count)
