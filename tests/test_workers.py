"""Worker processes: clean, single-threaded, and no single item can bring them down."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from essentia_ldl.errors import AudioError
from essentia_ldl.workers import (
    WorkerDiedError,
    WorkerPool,
    default_jobs,
    run_in_worker,
    run_in_workers,
)


def _square(number: int) -> int:
    return number * number


def _die_on_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return _square(number)


def _sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def _raise_audio_error(path: str) -> None:
    raise AudioError("is empty", subject=path, remedy="remove it")


def _loaded_modules() -> set[str]:
    return set(sys.modules)


def _environment() -> dict[str, str]:
    return dict(os.environ)


def _essentia_and_then_modules() -> set[str]:
    from essentia_ldl.features.algorithms import essentia_standard

    essentia_standard()
    return set(sys.modules)


def _threads_at_work(graph: str) -> float:
    """CPU seconds per second while MusiCNN runs."""
    import numpy as np

    from essentia_ldl.features.algorithms import essentia_standard

    noise = np.random.default_rng(0).standard_normal(16000 * 20).astype(np.float32)
    network = essentia_standard().TensorflowPredictMusiCNN(
        graphFilename=graph, output="model/dense/BiasAdd"
    )
    network(noise)
    cpu, wall = time.process_time(), time.perf_counter()
    network(noise)
    return (time.process_time() - cpu) / (time.perf_counter() - wall)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_item_comes_back_once(jobs: int) -> None:
    assert sorted(run_in_workers(_square, range(20), jobs=jobs)) == [n * n for n in range(20)]


def test_no_items_start_no_workers() -> None:
    pool = WorkerPool(jobs=1)
    assert list(pool.map(_square, [])) == []
    assert pool._executor is None


def test_workers_do_not_inherit_tensorflow() -> None:
    assert "tensorflow" not in run_in_worker(_loaded_modules)


def test_loading_essentia_does_not_load_tensorflows_python_package() -> None:
    modules = run_in_worker(_essentia_and_then_modules)
    assert "essentia" in modules
    assert not modules & {"tensorflow", "keras"}


def test_workers_are_quiet_and_single_threaded_and_see_no_gpu() -> None:
    environment = run_in_worker(_environment)
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["TF_NUM_INTRAOP_THREADS"] == "1"
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "3"
    assert environment["CUDA_VISIBLE_DEVICES"] == "-1"


@pytest.mark.shared
def test_bundled_libtensorflow_keeps_to_one_thread(shared: Path) -> None:
    # The pool's other threads only wait; with the pin removed, two cores give up to 1.9.
    assert run_in_worker(_threads_at_work, str(shared / "zoo" / "msd-musicnn-1.pb")) < 1.2


def test_an_error_arrives_whole() -> None:
    with pytest.raises(AudioError) as caught:
        run_in_worker(_raise_audio_error, "a.mp3")
    assert str(caught.value) == "a.mp3: is empty (remove it)"


def test_an_error_ends_the_work_and_the_pool_can_be_used_again() -> None:
    with WorkerPool(jobs=1) as pool:
        with pytest.raises(AudioError):
            list(pool.map(_raise_audio_error, ["a", "b", "c", "d"]))
        assert list(pool.map(_square, [3])) == [9]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_item_that_kills_its_worker_costs_no_other_item(jobs: int) -> None:
    with WorkerPool(jobs) as pool:
        results = list(pool.map(_die_on_three, range(8), on_crash=lambda number: -number))
    assert sorted(results) == [-3, 0, 1, 4, 16, 25, 36, 49]


def test_a_dead_worker_is_an_error_where_nothing_stands_in_for_its_item() -> None:
    with pytest.raises(WorkerDiedError):
        list(run_in_workers(_die_on_three, range(5), jobs=1))
    with pytest.raises(WorkerDiedError):
        run_in_worker(_die_on_three, 3)
    assert run_in_worker(_die_on_three, 2) == 4


def test_calls_from_threads_share_one_worker_and_bear_no_blame_for_each_other() -> None:
    def call(number: int) -> int | None:
        try:
            return pool.call(_die_on_three, number)
        except WorkerDiedError:
            return None

    with WorkerPool(jobs=1) as pool, ThreadPoolExecutor(8) as threads:
        assert list(threads.map(call, range(8))) == [0, 1, 4, None, 16, 25, 36, 49]
        assert len(set(threads.map(lambda _: pool.call(os.getpid), range(8)))) == 1


_CRASH = """
import os
from essentia_ldl.workers import run_in_worker, WorkerDiedError
def crash():
    os.write(2, b"munmap_chunk(): invalid pointer\\n")
    os.abort()
try: run_in_worker(crash)
except WorkerDiedError: print("told")
"""


@pytest.mark.parametrize(("wanted", "n_lines"), [("", 0), ("1", 2)])
def test_a_crash_prints_nothing_unless_that_is_wanted(wanted: str, n_lines: int) -> None:
    program = subprocess.run(
        [sys.executable, "-c", _CRASH], env={**os.environ, "PYTHONFAULTHANDLER": wanted},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert program.stdout == "told\n"
    assert len(program.stderr.splitlines()) >= n_lines
    if not n_lines:
        assert program.stderr == ""


def test_breaking_off_stops_the_workers() -> None:
    start = time.monotonic()
    results = run_in_workers(_sleep, [0.0, 60.0, 60.0], jobs=2)
    assert next(results) == 0.0
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 30


_PROGRAM = """
import os, sys, time
from essentia_ldl.workers import run_in_workers
if __name__ == "__main__":
    print(os.getpid(), flush=True)
    for pid in run_in_workers(os.getpgid, [0, 0], jobs=1): print("ready", flush=True)
    list(run_in_workers(time.sleep, [60.0, 60.0], jobs=2))
"""


def _heed_ctrl_c() -> None:
    # Where the tests run in the background, a shell has made them deaf to it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_program(stop: signal.Signals) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    assert program.stdout is not None
    assert program.stdout.readline()
    assert program.stdout.readline().strip() == "ready"
    time.sleep(2)
    members = _session_members(program.pid)
    assert len(members) > 1
    os.killpg(program.pid, stop) if stop is signal.SIGINT else program.kill()
    _, errors = program.communicate(timeout=30)
    assert errors.count("Traceback") <= 1
    deadline = time.monotonic() + 30
    while _session_members(program.pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not _session_members(program.pid)


def _session_members(session: int) -> list[int]:
    members = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(state[3]) == session and state[0] != "Z":
                members.append(int(entry.name))
    return members


def test_default_jobs_is_at_least_one() -> None:
    assert 1 <= default_jobs() <= (os.cpu_count() or 1)
