"""Memory that may be taken, in folders laid out as Linux lays out /proc and /sys."""

from pathlib import Path

import pytest

from essentia_ldl.memory import available_memory

GIB = 2**30


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine with 8 GiB available and no control groups."""
    _write(tmp_path / "proc/meminfo", f"MemTotal: 1 kB\nMemAvailable: {8 * 2**20} kB\n")
    return tmp_path


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{content}\n")


def test_a_machine_without_control_groups(root: Path) -> None:
    assert available_memory(root) == 8 * GIB


def test_a_system_that_does_not_tell(tmp_path: Path) -> None:
    assert available_memory(tmp_path) is None


def test_this_machine_tells() -> None:
    available = available_memory()
    assert available is not None
    assert available > 0


@pytest.mark.parametrize("path", ["/", "/a/b", "/not/visible/from/inside"])
def test_a_container_of_version_2_less_what_it_uses(root: Path, path: str) -> None:
    group = root / "sys/fs/cgroup"
    _write(root / "proc/self/cgroup", f"0::{path}")
    _write(group / "memory.max", 2 * GIB)
    _write(group / "memory.current", GIB)
    assert available_memory(root) == GIB
    # Cached files are given up when memory is asked for.
    _write(group / "memory.stat", f"anon 5\ninactive_file {GIB // 2}")
    assert available_memory(root) == GIB * 3 // 2
    _write(group / "memory.max", "max")
    assert available_memory(root) == 8 * GIB


def test_the_tightest_of_nested_groups_counts(root: Path) -> None:
    _write(root / "proc/self/cgroup", "0::/slurm/job/task")
    for name, limit in {"slurm": 6, "slurm/job": 2, "slurm/job/task": 4}.items():
        _write(root / "sys/fs/cgroup" / name / "memory.max", limit * GIB)
        _write(root / "sys/fs/cgroup" / name / "memory.current", GIB)
    assert available_memory(root) == GIB


def test_a_container_of_version_1(root: Path) -> None:
    group = root / "sys/fs/cgroup/memory/docker/0"
    _write(root / "proc/self/cgroup", "11:cpu,cpuacct:/docker/0\n4:memory:/docker/0\n0::/")
    _write(group / "memory.limit_in_bytes", 2 * GIB)
    _write(group / "memory.usage_in_bytes", 3 * GIB)
    assert available_memory(root) == 0
    _write(group / "memory.stat", f"inactive_file 1\ntotal_inactive_file {2 * GIB}")
    assert available_memory(root) == GIB
    _write(group / "memory.limit_in_bytes", 2**63 - 4096)
    assert available_memory(root) == 8 * GIB
