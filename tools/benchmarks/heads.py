"""Case heads: all folds, variants and repeats as one batch, against Keras fits one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from statistics import median

import numpy as np

from essentia_ldl.networks.heads import Embeddings, Head
from essentia_ldl.networks.task import TrainingTask
from essentia_ldl.progress import Advance
from tools.benchmarks import keras_heads
from tools.benchmarks.case import Setting
from tools.benchmarks.float64_heads import fit_in_float64
from tools.benchmarks.head_workload import Workload, made_up, prepare, train
from tools.benchmarks.results import Comparison, Entry, Finding, Timing
from tools.benchmarks.side import Side
from tools.benchmarks.turns import alternate, runs_of


@dataclass(frozen=True)
class Peer:
    """A way to call ``keras.Model.fit``.

    Attributes
    ----------
    name : str
    fit : callable
        Importable: it is called in the peer's process.
    equal : bool
        Whether it must end at our weights.
    """

    name: str
    fit: Callable[[Embeddings, TrainingTask, int], Head]
    equal: bool


# What equal weights may differ by.
NEAR = 1e-4

PEERS = (
    Peer("Keras fit, same batches", keras_heads.fit_same_batches, equal=True),
    Peer("Keras fit, arrays", keras_heads.fit_arrays, equal=False),
)


def measure(setting: Setting) -> Iterator[Entry]:
    """Compare 46 small heads with Keras fits; then time larger ones alone."""
    epochs, rounds = setting.pick(150, 3), setting.pick(5, 2)
    seconds = setting.pick(12, 1)
    with setting.progress.stage("heads", 2 * rounds * len(PEERS) + 1) as advance:
        for peer in PEERS:
            yield from compare(Workload(48, 3, epochs), peer, rounds, seconds, advance)
        large = Workload(setting.pick(1000, 100), 1, epochs)
        with Side("essentia_ldl") as ours:
            ours.prepare(prepare, large)
            runs = runs_of([ours.call(train, large)])
            yield Comparison(
                "heads", str(large), Timing(ours.name, runs, ours.peak, ours.peak_above)
            )
        advance(1)


def compare(
    work: Workload, peer: Peer, rounds: int, seconds: float, advance: Advance
) -> Iterator[Entry]:
    """Train all heads in turns with as many Keras fits as take `seconds`."""
    with Side("essentia_ldl") as ours, Side(peer.name) as keras:
        for side in (ours, keras):
            side.prepare(prepare, work)
        batched = ours.call(train, work).value
        # The first fit of a process also loads what the next ones find loaded.
        keras.call(fit_some, work, peer.fit, [0])
        one = keras.call(fit_some, work, peer.fit, [0]).run.cpu or seconds
        k = min(work.n_heads, max(1, int(seconds / one)))
        # Every round goes on where the last one stopped, so that all are compared in the end.
        chosen = [[(k * turn + i) % work.n_heads for i in range(k)] for turn in range(rounds)]
        waiting = iter(chosen)
        mine, theirs = alternate(
            rounds,
            partial(ours.call, train, work),
            lambda: keras.call(fit_some, work, peer.fit, next(waiting)),
            advance=advance,
        )
        fitted: dict[int, Head] = {}
        for numbers, turn in zip(chosen, theirs, strict=True):
            fitted.update(zip(numbers, turn.value, strict=True))
        note = f"extrapolated from {k} of {work.n_heads} heads" if k < work.n_heads else ""
        apart = [distance(batched[number], head) for number, head in fitted.items()]
        yield Comparison(
            "heads",
            str(work),
            Timing(ours.name, runs_of(mine), ours.peak, ours.peak_above),
            Timing(
                keras.name, runs_of(theirs), keras.peak, keras.peak_above, work.n_heads / k, note
            ),
            differences=(
                {"weights, median head": median(apart), "weights, largest": max(apart)}
                if peer.equal
                else {}
            ),
        )
    if peer.equal:
        yield accuracy(work, {ours.name: dict(enumerate(batched)), keras.name: fitted})


def fit_some(
    work: Workload, fit: Callable[[Embeddings, TrainingTask, int], Head], numbers: Sequence[int]
) -> list[Head]:
    """Fit some of the heads one by one: the peer's route."""
    embeddings, tasks = made_up(work)
    return [fit(embeddings, tasks[number], work.epochs) for number in numbers]


def accuracy(work: Workload, routes: Mapping[str, Mapping[int, Head]]) -> Finding:
    """Tell how near routes come to the same training in float64.

    Where a hidden unit switches on or off, and where target and prediction of the mean absolute
    error meet, the gradient jumps, and rounding decides to which side; from there on, two routes
    in float32 go apart.
    """
    numbers = sorted(set.intersection(*(set(heads) for heads in routes.values())))
    with Side("float64") as side:
        exact = side.call(fit_some, work, fit_in_float64, numbers).value
    near = {}
    for name, heads in routes.items():
        apart = [distance(heads[i], head) for i, head in zip(numbers, exact, strict=True)]
        near[name] = {"near": sum(each <= NEAR for each in apart), "median": median(apart)}
    return Finding(
        "heads",
        f"heads whose weights are all within {NEAR:g} of the same training in float64",
        ", ".join(
            f"{name} {found['near']} of {len(numbers)} (median head {found['median']:.1e})"
            for name, found in near.items()
        ),
        near,
    )


def distance(one: Head, other: Head) -> float:
    """Largest difference of any weight between two heads."""
    return max(
        float(np.abs(getattr(one, field.name) - getattr(other, field.name)).max())
        for field in fields(Head)
    )
