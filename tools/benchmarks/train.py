"""Case train: the whole job from a cold start, against the straightforward route."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from essentia_ldl.collection import Collection, Task
from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.evaluation import make_folds
from essentia_ldl.progress import Advance
from essentia_ldl.zoo import find_backbone
from tools.benchmarks import machine, straightforward
from tools.benchmarks.case import Setting
from tools.benchmarks.clock import Measured, Run
from tools.benchmarks.clock import measure as watch
from tools.benchmarks.essentia_peer import load_essentia
from tools.benchmarks.memory import FamilyPeak
from tools.benchmarks.results import Comparison, Entry, Finding, Timing
from tools.benchmarks.side import Side, environment
from tools.benchmarks.straightforward import Learnt, Problem

BACKBONE, FOLDS, SEED = "msd-musicnn", 5, 0


@dataclass(frozen=True)
class OurRun:
    """What one run of the command reported, and the most memory its processes held together."""

    report: Mapping[str, Any]
    peak: int


@dataclass(frozen=True)
class TheirRun:
    """What the straightforward route came to: its stages, accuracy, and the larger process."""

    learnt: Learnt
    stages: Mapping[str, Run]
    peak: int


def measure(setting: Setting) -> Iterator[Entry]:
    """Compare ``essentia-ldl train`` with the straightforward route, which is run once."""
    epochs, repeats = setting.pick(150, 5), setting.pick(3, 1)
    folder = setting.audio.some(setting.scratch / "clips", n_classes=setting.pick(10, 2), n_clips=6)
    with setting.progress.stage("train", repeats + 2) as advance:
        theirs = run_straightforward(folder, epochs, setting.pick(120, 5), advance)
        ours = []
        for repeat in range(repeats):
            ours.append(watch(train_cold, folder, setting.scratch / f"cold-{repeat}", epochs))
            advance(1)
    yield from _entries(ours, theirs)


def train_cold(folder: Path, out: Path, epochs: int) -> OurRun:
    """Run the command with an empty cache, and every option but these at its default.

    Raises
    ------
    EssentiaLDLError
        If it fails.
    """
    command = [sys.executable, "-m", "essentia_ldl", "train", str(folder), "-o", str(out)]
    # The paper's labels: those that the straightforward route makes too.
    options = {
        "--cache": out / "cache",
        "--labels": "none,s_a,s_b",
        "--export": "none",
        "--folds": FOLDS,
        "--epochs": epochs,
        "--seed": SEED,
    }
    for option, value in options.items():
        command += [option, str(value)]
    process = subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    family = FamilyPeak(process.pid)
    family.start()
    try:
        _, told = process.communicate()
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        last = told.strip().rpartition("\n")[2]
        raise EssentiaLDLError(f"essentia-ldl train failed: {last}", subject=folder)
    return OurRun(json.loads((out / "report.json").read_text(encoding="utf-8")), family.bytes)


def run_straightforward(
    folder: Path, epochs: int, lmnn_seconds: float, advance: Advance
) -> TheirRun:
    """Run the straightforward route with the command's folds and settings."""
    collection = Collection.from_path(folder)
    task = Task.for_collection(collection.name, collection.classes)
    collection = collection.with_task(task)
    problem = Problem(
        y=collection.y,
        n_classes=len(collection.classes),
        folds=make_folds(collection.y, collection.groups, n_splits=FOLDS, seed=SEED),
        n_neighbors=task.n_neighbors,
        n_components=task.n_components,
        epochs=epochs,
        seed=SEED,
        lmnn_seconds=lmnn_seconds / FOLDS,
    )
    paths = [track.path for track in collection.tracks]
    with Side("Essentia") as essentia:
        starts = [essentia.prepare(load_essentia)]
        features = essentia.call(straightforward.extract, paths, find_backbone(BACKBONE).graph)
        advance(1)
    with Side("TensorFlow") as tensorflow:
        starts.append(tensorflow.prepare(straightforward.load_learning))
        learnt = tensorflow.call(straightforward.learn, features.value, problem)
        advance(1)
    stages = {
        "start": Run(sum(run.cpu or 0 for run in starts), sum(run.wall for run in starts)),
        **features.value.stages,
        **learnt.value.stages,
    }
    return TheirRun(learnt.value, stages, max(essentia.peak, tensorflow.peak))


def _entries(ours: list[Measured[OurRun]], theirs: TheirRun) -> Iterator[Entry]:
    report = ours[-1].value.report
    total = Run(
        sum(run.cpu or 0 for run in theirs.stages.values()),
        sum(run.wall for run in theirs.stages.values()),
    )
    cut_off = theirs.learnt.n_cut_off
    faster = total.wall / median(run.run.wall for run in ours)
    yield Comparison(
        "train",
        f"{report['n_tracks']} clips, {FOLDS} folds, {len(report['variants'])} label variants",
        Timing(
            "essentia-ldl train", [run.run for run in ours], max(run.value.peak for run in ours)
        ),
        Timing(
            "straightforward",
            [total],
            theirs.peak,
            note=f"{cut_off} fits of metric-learn were cut off: a lower bound" if cut_off else "",
        ),
        notes=[
            f"by the clock {faster:.1f} times: the command has {machine.cores()} workers, one for "
            "each core, the straightforward route one thread"
        ],
        details={"stages": theirs.stages, "seconds": [run.value.report["seconds"] for run in ours]},
    )
    seconds = dict(report["seconds"])
    seconds["starting, exporting, reporting"] = ours[-1].run.wall - sum(seconds.values())
    yield Finding("train", "stages of essentia-ldl train, by the clock", _shares(seconds), seconds)
    walls = {name: run.wall for name, run in theirs.stages.items()}
    yield Finding("train", "stages of the straightforward route", _shares(walls), walls)
    accuracy = {
        variant: (report["variants"][variant]["balanced_accuracy"]["pooled"], other)
        for variant, other in theirs.learnt.accuracy.items()
    }
    yield Finding(
        "train",
        "balanced accuracy, ours and the straightforward route's",
        ", ".join(
            f"{variant} {mine:.3f} and {other:.3f}" for variant, (mine, other) in accuracy.items()
        ),
        accuracy,
    )


def _shares(seconds: Mapping[str, float]) -> str:
    total = sum(seconds.values())
    return ", ".join(
        f"{name} {value:.1f} s ({value / total:.0%})" for name, value in seconds.items()
    )
