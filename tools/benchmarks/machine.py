"""The machine and the versions that figures were measured with."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from essentia_ldl.versions import package_version, versions

_MORE_PACKAGES = ("threadpoolctl",)
_BUSY = 0.3


def describe_machine() -> dict[str, Any]:
    """Describe processor, memory, system and versions; nothing that names this very machine.

    Examples
    --------
    >>> sorted(describe_machine())
    ['cores', 'cpu', 'load', 'memory_bytes', 'system', 'versions']
    """
    more = {package: package_version(package) for package in _MORE_PACKAGES}
    return {
        "cpu": _cpu_model(),
        "cores": cores(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": _system(),
        "load": round(os.getloadavg()[0], 2),
        "versions": versions() | {name: number for name, number in more.items() if number},
    }


def cores() -> int:
    """Cores that this process may use, within the limits of a container."""
    import loky

    return int(loky.cpu_count())


def remarks(machine: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a machine lacks, and what the benchmark does about it."""
    if machine["cores"] == 1:
        yield "one core: what several workers gain is not measured"
    if machine["load"] > _BUSY * machine["cores"]:
        yield (
            f"the machine is busy (load {machine['load']:g}): seconds by the clock mean little, "
            "CPU seconds somewhat more; measure on an idle one"
        )
    if "onnxruntime" not in machine["versions"]:
        yield (
            "onnxruntime is not installed: the embeddings case is left out, and train uses "
            "Essentia for them (pip install -e '.[onnxruntime]')"
        )


def sentence(machine: Mapping[str, Any]) -> str:
    """Describe a machine in a line.

    Examples
    --------
    >>> sentence({"cpu": "Z80", "cores": 1, "memory_bytes": 2 * 2**30, "system": "CP/M"})
    'Z80, 1 core, 2.0 GB of memory, CP/M'
    """
    cores = machine["cores"]
    return (
        f"{machine['cpu']}, {cores} core{'s' if cores > 1 else ''}, "
        f"{machine['memory_bytes'] / 2**30:.1f} GB of memory, {machine['system']}"
    )


def _cpu_model() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    name = platform.system()
    with suppress(OSError):
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{name} ({platform.machine()}, Linux {platform.release().partition('-')[0]})"
