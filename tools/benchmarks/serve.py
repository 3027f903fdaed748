"""The inside of a `Side`: runs what it is sent, and measures it.

Started as ``python -m tools.benchmarks.serve DESCRIPTOR``.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler

from tools.benchmarks.clock import Failure, measure


def serve(connection: Connection) -> None:
    """Answer requests, each a function and its arguments, until the other end is closed."""
    while True:
        try:
            function, arguments = connection.recv()
        except EOFError:
            return
        try:
            answer = measure(function, *arguments)
            message = ForkingPickler.dumps(answer)
        except Exception as error:  # noqa: BLE001 - the other end raises it
            message = ForkingPickler.dumps(Failure(error, traceback.format_exc()))
        connection.send_bytes(message)


def _begin() -> None:
    # Ctrl-C reaches the whole process group; the parent stops this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get("PYTHONFAULTHANDLER"):
        # The libraries' chatter would tear the progress bars apart; errors are sent back.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)


if __name__ == "__main__":
    _begin()
    serve(Connection(int(sys.argv[1])))
