from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.arrays import read_arrays, write_arrays
from essentia_ldl.errors import OutputError


def test_round_trip(tmp_path: Path) -> None:
    arrays: dict[str, NDArray[Any]] = {"a": np.arange(3), "/b/c": np.eye(2, dtype=np.float16)}
    write_arrays(tmp_path / "new" / "x.npz", arrays)
    read = read_arrays(tmp_path / "new" / "x.npz")
    assert read is not None
    assert read.keys() == arrays.keys()
    for name, values in arrays.items():
        assert read[name].dtype == values.dtype
        np.testing.assert_array_equal(read[name], values)


def test_absent_and_damaged_files_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    assert read_arrays(path) is None
    write_arrays(path, {"a": np.arange(100)})
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[300] ^= 1
    for broken in (b"", whole[:-20], bytes(flipped)):
        path.write_bytes(broken)
        assert read_arrays(path) is None


def test_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        write_arrays(tmp_path / "x.npz", {"a": np.array([{}])})


def test_folder_that_cannot_be_written() -> None:
    with pytest.raises(OutputError):
        write_arrays(Path("/proc/none/x.npz"), {"a": np.arange(3)})
