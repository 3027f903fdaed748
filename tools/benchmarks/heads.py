"""Case heads: all folds, variants and repeats as one batch, against Keras fits one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from essentia_ldl.networks.heads import Embeddings, Head, HeadTask
from essentia_ldl.progress import Advance
from tools.benchmarks import keras_heads
from tools.benchmarks.case import Setting
from tools.benchmarks.head_workload import LOSSES, Workload, made_up, prepare, train
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
    fit: Callable[[Embeddings, HeadTask, int], Head]
    equal: bool


PEERS = (
    Peer("Keras fit, same batches", keras_heads.fit_same_batches, equal=True),
    Peer("Keras fit, arrays", keras_heads.fit_arrays, equal=False),
)


def measure(setting: Setting) -> Iterator[Entry]:
    """Compare 46 small heads with Keras fits; then time larger ones alone."""
    epochs, rounds = setting.pick(150, 3), setting.pick(5, 2)
    seconds = setting.pick(12, 1)
    with setting.progress.stage("heads", 2 * rounds * len(PEERS) + 2) as advance:
        for peer in PEERS:
            yield compare(Workload(48, 3, epochs), peer, rounds, seconds, advance)
        large = Workload(setting.pick(1000, 100), 1, epochs)
        with Side("essentia_ldl") as ours:
            ours.prepare(prepare, large)
            runs = runs_of([ours.call(train, large)])
            yield Comparison(
                "heads", str(large), Timing(ours.name, runs, ours.peak, ours.peak_above)
            )
        advance(1)
        yield kinks(Workload(48, 1, epochs, n_classes=2))
        advance(1)


def compare(
    work: Workload, peer: Peer, rounds: int, seconds: float, advance: Advance
) -> Comparison:
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
        return Comparison(
            "heads",
            str(work),
            Timing(ours.name, runs_of(mine), ours.peak, ours.peak_above),
            Timing(
                keras.name, runs_of(theirs), keras.peak, keras.peak_above, work.n_heads / k, note
            ),
            differences=(
                {f"weights of {len(fitted)} heads": distance(batched, fitted)} if peer.equal else {}
            ),
        )


def fit_some(
    work: Workload, fit: Callable[[Embeddings, HeadTask, int], Head], numbers: Sequence[int]
) -> list[Head]:
    """Fit some of the heads one by one: the peer's route."""
    embeddings, tasks = made_up(work)
    return [fit(embeddings, tasks[number], work.epochs) for number in numbers]


def kinks(work: Workload) -> Finding:
    """Tell how far rounding alone carries heads of two classes trained with MAE."""
    numbers = [i for i, task in enumerate(made_up(work)[1]) if task.loss == LOSSES[1]][:3]
    with Side("Keras") as side:
        side.prepare(prepare, work)
        ours = side.call(train, work).value
        fitted, reversed_ = (
            dict(zip(numbers, side.call(fit_some, work, fit, numbers).value, strict=True))
            for fit in (keras_heads.fit_same_batches, keras_heads.fit_reversed_batches)
        )
    apart = distance(ours, fitted), distance(fitted, reversed_)
    return Finding(
        "heads",
        f"{work.n_classes} classes, mean absolute error",
        f"weights differ from Keras's by up to {apart[0]:.1g}, and Keras's by up to {apart[1]:.1g} "
        "from Keras's own with every batch in reverse order: at |target - prediction| = 0 the "
        "gradient jumps, and rounding decides to which side",
        {"from_keras": apart[0], "keras_from_itself_reversed": apart[1]},
    )


def distance(some: Sequence[Head] | Mapping[int, Head], others: Mapping[int, Head]) -> float:
    """Largest difference of any weight between heads of the same number."""
    return max(
        float(np.abs(getattr(some[number], field.name) - getattr(head, field.name)).max())
        for number, head in others.items()
        for field in fields(Head)
    )
