"""Clean worker processes for Essentia, which must never meet TensorFlow in one process.

Workers are spawned (loky), so they inherit no imported module. Each runs one thread of every
numerical library, sees no GPU and hashes text alike, so results depend neither on how many workers
there are nor on the machine's graphics card.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import islice
from threading import Lock, Thread
from typing import Any, TypeVar

from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.memory import available_memory

T = TypeVar("T")
R = TypeVar("R")

_LIBTENSORFLOW = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    # The libtensorflow inside essentia-tensorflow takes a GPU where it finds CUDA 11.
    "CUDA_VISIBLE_DEVICES": "-1",
    # Where the user's shell switches it on, that libtensorflow dies of SIGFPE in a convolution.
    "TF_ENABLE_ONEDNN_OPTS": "0",
}
_ONE_THREAD = {
    f"{library}_NUM_THREADS": "1"
    for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMBA", "NUMEXPR")
}
# What walks a set of names, as the conversion to ONNX does, then always does so in one order.
_ONE_ORDER = {"PYTHONHASHSEED": "0"}
#: glibc would return what a track took, and have it faulted in again for the next one: a fifth of
#: the time of its MFCC.
KEPT_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}
_BYTES_PER_WORKER = 750 * 2**20
_IDLE_SECONDS = 60


def pin_threads() -> None:
    """Make this process's libtensorflow quiet and single-threaded; call before importing it."""
    os.environ.update(_LIBTENSORFLOW)


def default_jobs() -> int:
    """Worker processes that can be fed here: the cores, or fewer where memory is short.

    Both are counted within the limits of a container. Every worker is given the 750 MB that
    Essentia takes with a backbone loaded and a long track decoded; other work, such as fitting
    label distributions, takes less, and gets no more workers for it.
    """
    import loky

    cores, memory = int(loky.cpu_count()), available_memory()
    return cores if memory is None else max(1, min(cores, memory // _BYTES_PER_WORKER))


class WorkerDiedError(EssentiaLDLError):
    """A worker process that ended in the middle of its work."""


class WorkerPool:
    """Worker processes that start on the first call and stay for the next ones.

    They leave after a minute without work, and with this process. Closing the pool, or leaving
    its ``with`` block, stops them at once; it can be used again.

    Parameters
    ----------
    jobs : int, optional
        Worker processes; `default_jobs` by default.

    Examples
    --------
    >>> with WorkerPool(jobs=1) as pool:
    ...     sorted(pool.map(abs, [-1, 2]))
    [1, 2]
    """

    def __init__(self, jobs: int | None = None) -> None:
        self.jobs = jobs or default_jobs()
        self._executor: Any = None
        self._start = Lock()
        self._turn = Lock()

    def map(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        *,
        on_crash: Callable[[T], R] | None = None,
    ) -> Iterator[R]:
        """Apply `function` to every item; results come as they are ready.

        A worker that dies takes the other workers' unfinished items with it. These are tried
        again, each in a fresh worker, so that only an item that kills a worker by itself is
        given up.

        Parameters
        ----------
        function : callable
            Importable (module level); takes and returns what pickle carries.
        items : iterable
            Consumed as workers become free.
        on_crash : callable, optional
            Called in this process with an item that kills its worker; what it returns stands
            for the item's result.

        Raises
        ------
        WorkerDiedError
            If an item kills its worker and there is no `on_crash`.
        Exception
            Whatever `function` raises; the items that are left are dropped then.
        """
        queue = iter(items)
        pending: dict[Future[R], T] = {}
        try:
            while True:
                # Twice as many as can run, so that no worker waits for its next item.
                for item in islice(queue, max(0, 2 * self.jobs - len(pending))):
                    pending[self._submit(function, item)] = item
                if not pending:
                    return
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                if any(map(_is_victim, done)):
                    done, _ = wait(pending)
                victims = [pending.pop(future) for future in filter(_is_victim, done)]
                for future in done & pending.keys():
                    del pending[future]
                    yield future.result()
                yield from self._one_by_one(function, victims, on_crash)
        finally:
            if pending:
                self.close()

    def call(self, function: Callable[..., R], *args: Any) -> R:
        """Return ``function(*args)``, computed in a worker.

        Calls from several threads take turns: a call that kills its worker would take the
        others' with it, and they could not tell whose fault it was.

        Raises
        ------
        WorkerDiedError
            If the worker dies.
        """
        with self._turn:
            future = self._submit(function, *args)
            try:
                return future.result()
            except BrokenProcessPool as error:
                self.close()
                raise WorkerDiedError(
                    "a worker process crashed, or was killed for lack of memory",
                    remedy="free some memory, or use fewer jobs; then try again",
                ) from error
            finally:
                if not future.done():
                    self.close()

    def close(self) -> None:
        """Stop the workers, whatever they are doing."""
        with self._start:
            executor, self._executor = self._executor, None
        if executor is None:
            return
        try:
            executor.shutdown(wait=True, kill_workers=True)
        except RuntimeError:
            # Ctrl-C came before the executor had started its own thread, which nobody can join.
            for process in list((executor._processes or {}).values()):
                process.kill()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _one_by_one(
        self, function: Callable[[T], R], items: Sequence[T], on_crash: Callable[[T], R] | None
    ) -> Iterator[R]:
        if items:
            self.close()
        for item in items:
            # Each in a worker of its own: what killed one may have passed another by, with its
            # memory damaged.
            with WorkerPool(jobs=1) as single:
                try:
                    yield single.call(function, item)
                except WorkerDiedError:
                    if on_crash is None:
                        raise
                    yield on_crash(item)

    def _submit(self, function: Callable[..., R], *args: Any) -> Future[R]:
        with self._start:
            if self._executor is None:
                self._executor = _start_executor(self.jobs)
            executor = self._executor
        try:
            submitted: Future[R] = executor.submit(function, *args)
        except BrokenProcessPool as error:
            # A worker died while items were handed out: this one fares as those before it.
            submitted = Future()
            submitted.set_exception(error)
        return submitted


def run_in_workers(
    function: Callable[[T], R], items: Iterable[T], *, jobs: int | None = None
) -> Iterator[R]:
    """Apply `function` to every item in worker processes that end with the last result.

    Parameters, results and errors are those of `WorkerPool.map`.

    Examples
    --------
    >>> sorted(run_in_workers(abs, [-1, 2], jobs=1))
    [1, 2]
    """
    with WorkerPool(jobs) as pool:
        yield from pool.map(function, items)


def run_in_worker(function: Callable[..., R], *args: Any) -> R:
    """Return ``function(*args)``, computed in a worker process that is kept for the next call.

    Raises
    ------
    WorkerDiedError
        If the worker dies.

    Examples
    --------
    >>> run_in_worker(abs, -1)
    1
    """
    return _kept_worker().call(function, *args)


@lru_cache(maxsize=1)
def _kept_worker() -> WorkerPool:
    return WorkerPool(jobs=1)


def _is_victim(future: Future[Any]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _start_executor(jobs: int) -> Any:
    from loky import ProcessPoolExecutor
    from loky.backend import get_context

    return ProcessPoolExecutor(
        max_workers=jobs,
        timeout=_IDLE_SECONDS,
        context=get_context("loky"),
        initializer=_begin,
        initargs=(os.getpid(),),
        env=_LIBTENSORFLOW | _ONE_THREAD | _ONE_ORDER | KEPT_MEMORY,
    )


def _begin(parent: int) -> None:
    # Ctrl-C reaches the whole process group; the parent stops its workers, each silently.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get("PYTHONFAULTHANDLER"):
        _be_silent()
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _be_silent() -> None:
    # A file that crashes the decoder is reported by name. FFmpeg's complaints about it, the last
    # words of the C library and Python's dump of every thread would come besides.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _end_with(parent: int) -> None:
    # loky's workers outlive a parent that was killed, and would go through what is queued.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
