import os
import sys
import time

import pytest

from essentia_ldl.errors import AudioError
from tools.benchmarks.side import Side, SideDiedError


def _modules() -> set[str]:
    return set(sys.modules)


def _threads() -> str:
    return os.environ["OPENBLAS_NUM_THREADS"]


def _hold(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def _spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def _spin_in_a_child(seconds: float) -> None:
    child = os.fork()
    if child == 0:
        _spin(seconds)
        os._exit(0)
    os.waitpid(child, 0)


def _refuse() -> None:
    raise AudioError("is empty", subject="a.wav", remedy="remove it")


def test_a_side_is_a_fresh_process_that_stays() -> None:
    with Side("x") as side:
        assert side.call(os.getpid).value != os.getpid()
        assert side.call(os.getpid).value == side.call(os.getpid).value
        assert not {"numpy", "tensorflow", "essentia"} & side.call(_modules).value
        assert side.call(_threads).value == "1"


def test_processor_time_is_the_work_and_wall_time_the_waiting() -> None:
    with Side("x") as side:
        work, nap = side.call(_spin, 0.3).run, side.call(time.sleep, 0.3).run
    assert work.cpu is not None
    assert 0.3 <= work.cpu < 0.5
    assert nap.cpu is not None
    assert nap.cpu < 0.1
    assert nap.wall >= 0.3


def test_processor_time_of_children_counts() -> None:
    with Side("x") as side:
        cpu = side.call(_spin_in_a_child, 0.3).run.cpu
    assert cpu is not None
    assert cpu >= 0.29


def test_peak_is_the_sides_own_and_above_what_it_began_with() -> None:
    ballast = bytearray(200 * 2**20)
    with Side("x") as side:
        side.prepare(_hold, 100)
        assert side.peak_above < 20e6
        side.call(_hold, 50)
        side.call(_hold, 10)
        assert 50e6 < side.peak_above < 70e6
        assert side.peak < 120e6
    del ballast


def test_errors_are_raised_here_with_where_they_came_from() -> None:
    with Side("x") as side:
        with pytest.raises(AudioError, match="is empty") as caught:
            side.call(_refuse)
        assert "in _refuse" in str(caught.value.__cause__)
        assert side.call(abs, -1).value == 1


def test_a_process_that_dies_is_named() -> None:
    with Side("the victim") as side, pytest.raises(SideDiedError, match="the victim"):
        side.call(os._exit, 3)


def test_leaving_stops_the_process() -> None:
    with Side("x") as side:
        number = side.call(os.getpid).value
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
