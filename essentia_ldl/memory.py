"""How much memory this process may still take, in a container too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def available_memory(root: Path = Path("/")) -> int | None:
    """Bytes that can be had before something is swapped out or killed.

    The machine's, or what a container or batch job leaves where that is less: the limits of this
    process's control groups (cgroups, versions 1 and 2) and of those above them. Cached files
    count as available, since the kernel gives them up.

    Parameters
    ----------
    root : Path
        Where ``proc`` and ``sys`` lie.

    Returns
    -------
    int or None
        None where the system does not tell, as outside Linux.
    """
    return min((*_of_machine(root), *_of_control_groups(root)), default=None)


def _of_machine(root: Path) -> Iterator[int]:
    for line in _lines(root / "proc/meminfo"):
        if line.startswith("MemAvailable:"):
            yield int(line.split()[1]) * 1024


def _of_control_groups(root: Path) -> Iterator[int]:
    base = root / "sys/fs/cgroup"
    # A line is "0::/path" in version 2, and "4:memory:/path" in version 1.
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = line.split(":", 2)
        if not controllers:
            files, mount = ("memory.max", "memory.current", "inactive_file"), base
        elif "memory" in controllers.split(","):
            files = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            mount = base / "memory"
        else:
            continue
        group = mount / path.lstrip("/")
        # A container sees its own group as the mount itself, at times under a path from outside.
        for folder in (group, *group.parents):
            if folder.is_relative_to(mount):
                yield from _of_group(folder, *files)


def _of_group(folder: Path, limit: str, usage: str, cached: str) -> Iterator[int]:
    limits, used = _lines(folder / limit), _lines(folder / usage)
    if limits and used and limits[0] != "max":
        statistics = dict(line.split() for line in _lines(folder / "memory.stat"))
        yield max(0, int(limits[0]) - int(used[0]) + int(statistics.get(cached, 0)))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
