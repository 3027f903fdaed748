"""Ctrl-C between TensorFlow's steps, and not within them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def held_interrupts() -> Iterator[Callable[[], None]]:
    """Hold Ctrl-C back until the context's function is called, or the context ends.

    TensorFlow calls back into Python while it loads and traces, and loses an exception that is
    raised there, or is left in a broken state by it.

    Raises
    ------
    KeyboardInterrupt
        In the function or at the end, if Ctrl-C was pressed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None  # Signals reach the main thread alone.
        return
    pressed: list[int] = []

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    previous = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, previous)
    check()
