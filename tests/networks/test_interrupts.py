import os
import signal
import threading

import pytest

from essentia_ldl.networks.interrupts import held_interrupts


def _press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _two_steps(done: list[str], *, ask_between: bool) -> None:
    with held_interrupts() as check:
        _press_ctrl_c()
        done.append("the first step")
        if ask_between:
            check()
        done.append("the second step")


def test_ctrl_c_waits_for_the_check() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _two_steps(done, ask_between=True)
    assert done == ["the first step"]


def test_ctrl_c_waits_for_the_end() -> None:
    done: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        _two_steps(done, ask_between=False)
    assert done == ["the first step", "the second step"]


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    with held_interrupts() as check:
        check()
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_have_nothing_to_hold() -> None:
    ended = []

    def work() -> None:
        with held_interrupts() as check:
            check()
            ended.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ended
