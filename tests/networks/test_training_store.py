import os
import time
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import OutputError
from essentia_ldl.networks.training_store import TrainingStore, digest


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    store = TrainingStore(tmp_path / "networks")
    assert store.load("a") == (0, {})
    store.save("a", 3, {"dense/kernel": np.eye(2), "epoch": np.arange(2)})
    store.save("a", 4, {"dense/kernel": np.eye(3), "epoch": np.arange(3)})
    epoch, arrays = store.load("a")
    assert epoch == 4
    assert arrays.keys() == {"dense/kernel", "epoch"}
    np.testing.assert_array_equal(arrays["dense/kernel"], np.eye(3))
    assert store.load("b") == (0, {})


def test_damaged_or_foreign_files_hold_nothing(tmp_path: Path) -> None:
    store = TrainingStore(tmp_path)
    store.save("a", 3, {"x": np.arange(100)})
    store.path("a").write_bytes(store.path("a").read_bytes()[:-9])
    assert store.load("a") == (0, {})
    np.savez(store.path("b"), x=np.arange(3))
    assert store.load("b") == (0, {})


def test_only_what_nobody_used_for_a_month_goes(tmp_path: Path) -> None:
    store = TrainingStore(tmp_path)
    month_ago = time.time() - 31 * 24 * 60 * 60
    for key in ("old", "used", "new"):
        store.save(key, 1, {"x": np.arange(3)})
    (tmp_path / "notes.txt").touch()
    for name in ("old.npz", "used.npz", "notes.txt"):
        os.utime(tmp_path / name, (month_ago, month_ago))
    store.load("used")
    store.remove_stale()
    assert {path.name for path in tmp_path.iterdir()} == {"used.npz", "new.npz", "notes.txt"}


def test_folder_that_is_not_there_is_stale_of_nothing(tmp_path: Path) -> None:
    TrainingStore(tmp_path / "none").remove_stale()


def test_folder_that_cannot_be_written() -> None:
    with pytest.raises(OutputError):
        TrainingStore(Path("/proc/none")).save("a", 1, {})


def test_digest_tells_values_types_shapes_and_order_apart() -> None:
    values = np.arange(6.0)
    parts = [
        (values,),
        (values.astype(np.float32),),
        (values.reshape(2, 3),),
        (values, "a"),
        ("a", values),
        ({"a": 1},),
        ({"a": 1.5},),
    ]
    assert len({digest(*part) for part in parts}) == len(parts)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(values.reshape(2, 3).T) == digest(np.ascontiguousarray(values.reshape(2, 3).T))
