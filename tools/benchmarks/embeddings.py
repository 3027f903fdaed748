"""Case embeddings: 30 s of sound through MusiCNN, by onnxruntime and by Essentia."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audio import Signal, repeat_pad
from essentia_ldl.features import EmbeddingExtractor, MFCCExtractor
from essentia_ldl.features.engines import obstacle_to_onnxruntime
from essentia_ldl.progress import Advance
from essentia_ldl.workers import WorkerPool
from essentia_ldl.zoo import Backbone, find_backbone
from tools.benchmarks import machine
from tools.benchmarks.case import Setting, Unavailable
from tools.benchmarks.chords import write_clips
from tools.benchmarks.clock import Measured, Run
from tools.benchmarks.clock import measure as watch
from tools.benchmarks.essentia_peer import decode, load_essentia, musicnn
from tools.benchmarks.results import Comparison, Entry, Finding, Timing
from tools.benchmarks.side import Side
from tools.benchmarks.turns import alternate, runs_of

SAMPLE_RATE, SECONDS = 16000, 30
ACTIVATIONS = "model/Sigmoid"
_START_SECONDS = 30


def measure(setting: Setting) -> Iterator[Entry]:
    """Compare engines, then one worker process with two, then look at a worker's memory."""
    backbone = find_backbone("msd-musicnn")
    obstacle = obstacle_to_onnxruntime(backbone)
    if obstacle:
        raise Unavailable(obstacle.reason, subject=obstacle.subject, remedy=obstacle.remedy)
    rounds, n_tracks = setting.pick(5, 2), setting.pick(500, 20)
    with setting.progress.stage("embeddings", 4 * rounds + 1) as advance:
        signal, compared = compare_engines(backbone, setting.audio.song, rounds, advance)
        yield compared
        yield two_workers(signal, setting.pick(12, 4), rounds, advance)
        yield memory_of_a_worker(setting.scratch / "lengths", n_tracks)
        advance(1)


def compare_engines(
    backbone: Backbone, song: Path, rounds: int, advance: Advance
) -> tuple[Signal, Comparison]:
    """Run both engines in turns; the sound that they heard is returned, too."""
    with Side("onnxruntime") as ours, Side("Essentia") as essentia:
        ours.prepare(load_onnxruntime)
        essentia.prepare(load_essentia)
        signal = essentia.call(_excerpt, song).value
        # The first call of a process also allocates what the next ones find.
        for side, function in ((ours, embed), (essentia, predict)):
            side.call(function, signal)
        mine, theirs = alternate(
            rounds,
            partial(ours.call, embed, signal),
            partial(essentia.call, predict, signal),
            advance=advance,
        )
        activations = (
            ours.call(activate, signal).value,
            essentia.call(predict, signal, ACTIVATIONS).value,
        )
        return signal, Comparison(
            "embeddings",
            f"{SECONDS} s of sound, {len(mine[0].value)} patches",
            Timing(ours.name, runs_of(mine), ours.peak, ours.peak_above),
            Timing(essentia.name, runs_of(theirs), essentia.peak, essentia.peak_above),
            differences={
                "embeddings": _apart(mine[0].value, theirs[0].value),
                "tag activations": _apart(*activations),
            },
        )


def two_workers(signal: Signal, n_tracks: int, rounds: int, advance: Advance) -> Entry:
    """Give tracks to one worker process, and to two."""
    name = f"{n_tracks} tracks of {SECONDS} s in worker processes"
    if machine.cores() == 1:
        advance(2 * rounds)
        return Finding("embeddings", name, "not measured: one core, where two cannot be faster")
    tracks = [signal] * n_tracks

    def through(pool: WorkerPool) -> Measured[int]:
        return watch(lambda: sum(pool.map(_n_patches, tracks)))

    with WorkerPool(jobs=1) as one, WorkerPool(jobs=2) as two:
        for pool in (one, two):
            through(pool)
        pair, single = alternate(
            rounds, partial(through, two), partial(through, one), advance=advance
        )
    return Comparison(
        "embeddings",
        name,
        Timing("two processes", _by_the_clock(pair)),
        Timing("one process", _by_the_clock(single)),
        clock="wall",
        details={
            "tracks_per_second": {
                "two": n_tracks / float(np.median([turn.run.wall for turn in pair])),
                "one": n_tracks / float(np.median([turn.run.wall for turn in single])),
            }
        },
    )


def memory_of_a_worker(folder: Path, n_tracks: int) -> Finding:
    """Extract everything from clips of many lengths in one process, and watch its memory."""
    for number in range(20):
        seconds = 3 + number / 5
        write_clips(folder / f"{seconds:g}", n_classes=1, n_clips=1, seconds=seconds)
    files = list(islice(cycle(sorted(folder.rglob("*.flac"))), n_tracks))
    early = n_tracks // 10
    with Side("worker") as side:
        first = side.call(extract, files[:early]).resident
        last = side.call(extract, files[early:]).resident
    return Finding(
        "embeddings",
        "memory of a worker",
        f"{first / 1e6:.0f} MB after {early} tracks, {last / 1e6:.0f} MB after {n_tracks} (MFCC "
        "and embeddings, clips of 3 to 7 s)",
        {"resident_early": first, "resident_late": last},
    )


def load_onnxruntime() -> None:
    """Import the engine."""
    import onnxruntime  # noqa: F401


def extract(paths: Sequence[Path]) -> None:
    """What a worker does to tracks that are not in the cache."""
    for path in paths:
        _extractor().compute(path)
        MFCCExtractor().compute(path)


def embed(signal: Signal) -> NDArray[np.float32]:
    """Our route: embeddings by onnxruntime."""
    return _extractor().embed(signal)[0]


def activate(signal: Signal) -> NDArray[np.float32]:
    """Tag activations by onnxruntime."""
    from essentia_ldl.features.onnx_engine import run_spectrogram_graph

    backbone = _extractor().backbone
    return run_spectrogram_graph(signal, backbone.spectrogram_graph, backbone.metadata, ACTIVATIONS)


def predict(signal: Signal, output: str | None = None) -> NDArray[np.float32]:
    """Essentia's route: a predictor that is kept, as good programs do."""
    backbone = find_backbone("msd-musicnn")
    predictor = musicnn(backbone.graph, output or backbone.embedding_output)
    return np.asarray(predictor(signal), dtype=np.float32)


def _excerpt(song: Path) -> Signal:
    whole = decode(song, SAMPLE_RATE, 4)
    start, end = (seconds * SAMPLE_RATE for seconds in (_START_SECONDS, _START_SECONDS + SECONDS))
    return repeat_pad(whole, end)[start:end]


def _n_patches(signal: Signal) -> int:
    return len(embed(signal))


@lru_cache(maxsize=1)
def _extractor() -> EmbeddingExtractor:
    return EmbeddingExtractor.of(find_backbone("msd-musicnn"), "onnxruntime")


def _by_the_clock(measured: Sequence[Measured[Any]]) -> list[Run]:
    """What was measured, without the CPU time of this process, which only waits."""
    return [Run(None, turn.run.wall) for turn in measured]


def _apart(some: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    return float(np.abs(some - others).max())
