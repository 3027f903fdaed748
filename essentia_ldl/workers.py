"""Clean worker processes for Essentia, which must never meet TensorFlow in one process.

Workers are spawned (joblib's loky), so they inherit no imported module; each runs one thread of
every numerical library, so results do not depend on how many workers there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")

_ONE_THREAD = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
}


def pin_threads() -> None:
    """Make this process's libtensorflow quiet and single-threaded; call before importing it."""
    os.environ.update(_ONE_THREAD)


def default_jobs() -> int:
    """Number of CPU cores this process may use."""
    import joblib

    return int(joblib.cpu_count())


def run_in_workers(
    function: Callable[[T], R], items: Iterable[T], *, jobs: int | None = None
) -> Iterator[R]:
    """Apply `function` to every item in spawned workers; results come as they are ready.

    `function` must be importable (module level) and take and return what pickle carries.

    Parameters
    ----------
    function : callable
    items : iterable
    jobs : int, optional
        Worker processes; every available core by default.
    """
    from joblib import Parallel, delayed

    parallel = Parallel(
        n_jobs=jobs or default_jobs(),
        backend="loky",
        return_as="generator_unordered",
        batch_size=1,
    )
    yield from parallel(delayed(function)(item) for item in items)


def run_in_worker(function: Callable[..., R], *args: Any) -> R:
    """Call ``function(*args)`` in a spawned worker process and return its result."""
    from joblib.externals.loky import get_reusable_executor

    return get_reusable_executor(max_workers=1).submit(function, *args).result()  # type: ignore[no-any-return]
