import subprocess
import sys

from tools.benchmarks.memory import FamilyPeak, peak, reset_peak, resident

_HOLDS = "import sys, time; held = bytearray({} << 20); held[::4096] = b'x' * len(held[::4096]); {}"


def test_a_peak_can_begin_anew() -> None:
    held = bytearray(100 * 2**20)
    held[::4096] = b"x" * len(held[::4096])
    high = peak()
    del held
    reset_peak()
    assert high >= resident() > 0
    assert peak() < high - 50e6


def test_a_familys_peak_counts_all_its_processes() -> None:
    child = _HOLDS.format(60, "time.sleep(1)")
    parent = _HOLDS.format(
        40, f"import subprocess; subprocess.run([sys.executable, '-c', {child!r}])"
    )
    process = subprocess.Popen([sys.executable, "-c", parent])
    family = FamilyPeak(process.pid)
    family.start()
    process.wait()
    family.join(timeout=5)
    assert not family.is_alive()
    assert 100e6 < family.bytes < 180e6
