"""Memory of this process and its children, as the kernel counts it (Linux)."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_SECONDS_BETWEEN_SAMPLES = 0.1


def resident() -> int:
    """Bytes that this process holds in memory now; 0 where the system does not tell."""
    return _status(_PROC / "self", "VmRSS")


def peak() -> int:
    """Most bytes this process has held since it began, or since the last `reset_peak`."""
    return _status(_PROC / "self", "VmHWM")


def reset_peak() -> None:
    """Let `peak` begin anew, where the kernel allows it."""
    with suppress(OSError):
        (_PROC / "self/clear_refs").write_text("5")


class FamilyPeak(threading.Thread):
    """Watches what a process and all its descendants hold together, until it ends.

    Sizes are proportional (PSS): a page that several processes share counts once.

    Attributes
    ----------
    bytes : int
        The most that was seen, looking ten times a second.
    """

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self.bytes = 0

    def run(self) -> None:
        """Look until the process is gone."""
        while (_PROC / str(self._root) / "stat").exists():
            total = sum(_proportional(process) for process in _family(self._root))
            if not total:
                return
            self.bytes = max(self.bytes, total)
            time.sleep(_SECONDS_BETWEEN_SAMPLES)


def _family(root: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield root
    children: dict[int, list[int]] = {}
    for entry in os.listdir(_PROC):
        if entry.isdigit():
            children.setdefault(_parent(int(entry)), []).append(int(entry))
    front = [root]
    while front:
        found = children.get(front.pop(), [])
        front += found
        yield from found


def _parent(process: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        # The name in parentheses may hold blanks and parentheses.
        return int((_PROC / f"{process}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _proportional(process: int) -> int:
    folder = _PROC / str(process)
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", (folder / "smaps_rollup").read_text(), re.M)
        if found:
            return int(found[1]) * 1024
    return _status(folder, "VmRSS")


def _status(folder: Path, field: str) -> int:
    with suppress(OSError):
        found = re.search(rf"^{field}:\s+(\d+) kB", (folder / "status").read_text(), re.M)
        if found:
            return int(found[1]) * 1024
    return 0
