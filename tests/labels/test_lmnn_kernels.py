"""How the compiled code is kept, in processes of its own."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

_FIT = """
import resource, sys, warnings
if sys.argv[1] == "nothing":
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
import numpy as np
import essentia_ldl.labels
assert "numba" not in sys.modules
from essentia_ldl.labels.lmnn import LMNN
assert "numba" not in sys.modules
rng = np.random.default_rng(0)
learned = LMNN(2).fit(rng.normal(size=(40, 3)), np.arange(40) % 2)
from essentia_ldl.labels._lmnn_kernels import CACHE_FOLDER
sys.stdout.write(f"{learned.components_.tobytes().hex()} {CACHE_FOLDER}")
"""


def fit(cache: object, *, can_write: str = "anything") -> tuple[str, str]:
    """Fit in a new process; return the map and where compiled code is kept."""
    environment = os.environ | {
        "NUMBA_CACHE_DIR": str(cache),
        # Not the folder beside the module, nor the user's.
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    done = subprocess.run(
        [sys.executable, "-c", _FIT, can_write],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    components, folder = done.stdout.split(" ", 1)
    return components, folder


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The map, by code that two processes compiled and kept at the same time."""
    cache = tmp_path_factory.mktemp("cache")
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(fit, [cache] * 2)
    assert first == second
    components, folder = first
    assert Path(folder).is_relative_to(cache)
    kept = {file: file.stat().st_mtime_ns for file in Path(folder).glob("*.nb?")}
    assert kept
    assert fit(cache) == first
    assert kept == {file: file.stat().st_mtime_ns for file in Path(folder).glob("*.nb?")}
    return components


def test_works_where_there_is_no_folder_to_keep_code_in(expected: str) -> None:
    assert fit("/proc/no such folder") == (expected, "None")


def test_works_where_the_folder_cannot_be_written_to(expected: str, tmp_path: Path) -> None:
    # Files can be made, but nothing can be written into them, as on a full disk.
    assert fit(tmp_path, can_write="nothing") == (expected, "None")


def test_comparisons_hold_for_numbers_that_are_not(rng: np.random.Generator) -> None:
    from essentia_ldl.labels._lmnn_kernels import measure_targets

    Z = rng.normal(size=(6, 2))
    Z[1] = np.nan
    targets = np.array([[1, 2], [0, 2], [1, 0], [4, 5], [3, 5], [4, 3]], dtype=np.int32)
    margins, sums = np.empty((6, 2)), np.empty((6, 3))
    assert np.isnan(measure_targets(Z, targets, margins, sums))
    assert (margins[3:, 0] >= margins[3:, 1]).all()
    np.testing.assert_allclose(sums[3:], np.cumsum(np.c_[np.zeros(3), margins[3:]], axis=1))
