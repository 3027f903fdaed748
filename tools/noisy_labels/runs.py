"""Running many units at once, each kept as soon as its batch is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from essentia_ldl.progress import Progress
from essentia_ldl.workers import run_in_workers
from tools.noisy_labels.groupings import GENRES
from tools.noisy_labels.material import N_FOLDS, material_at
from tools.noisy_labels.training import Batch, run_batch
from tools.noisy_labels.units import Store, Unit

#: Heads that are trained together: with fewer, a step's overhead counts, with more, their weights
#: and Adam's moments no longer fit a processor's cache.
_HEADS = 120


def run_units(
    units: Sequence[Unit], data: Path, folder: Path, *, jobs: int | None, progress: Progress
) -> dict[Unit, dict[str, Any]]:
    """Run the units that are not kept yet, and return the results of all.

    Parameters
    ----------
    units : sequence of Unit
    data : Path
        The file of features.
    folder : Path
        Results are kept in its folder ``units``.
    jobs : int or None
        Worker processes.
    progress : Progress

    Raises
    ------
    CollectionError
        If the file of features cannot be used.
    """
    data = data.resolve()
    store = Store(folder, {"data": material_at(data).fingerprint})
    results: dict[Unit, dict[str, Any]] = {}
    for unit in units:
        kept = store.load(unit)
        if kept is not None:
            results[unit] = kept
    missing = [unit for unit in units if unit not in results]
    with progress.stage("Training heads on noisy labels", len(missing)) as advance:
        batches = list(_batches(missing, data))
        for number, found in run_in_workers(_run, enumerate(batches), jobs=jobs):
            for unit, content in zip(batches[number].units, found, strict=True):
                results[unit] = store.save(unit, content)
                advance(1)
    return {unit: results[unit] for unit in units}


def _run(item: tuple[int, Batch]) -> tuple[int, list[dict[str, Any]]]:
    return item[0], run_batch(item[1])


def _batches(units: Iterable[Unit], data: Path) -> Iterator[Batch]:
    """Units of as many classes, and about as many heads as are trained fastest."""
    by_classes = groupby(units, key=lambda unit: unit.task == GENRES)
    for _, of_classes in by_classes:
        batch: list[Unit] = []
        for unit in of_classes:
            batch.append(unit)
            if sum(len(one.method.noises) * N_FOLDS for one in batch) >= _HEADS:
                yield Batch(data, tuple(batch))
                batch = []
        if batch:
            yield Batch(data, tuple(batch))
