import os
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import OutputError
from essentia_ldl.features.cache import FeatureCache

DIGEST, KEY = "ab" * 32, "mfcc-0123456789abcdef"
ARRAYS = {"mfcc_s": np.arange(26.0), "moved": np.array(True)}


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    filled = FeatureCache(tmp_path)
    filled.store(DIGEST, KEY, ARRAYS)
    return filled


def test_what_was_stored_is_loaded(cache: FeatureCache) -> None:
    loaded = cache.load(DIGEST, KEY, ARRAYS.keys())
    assert loaded is not None
    assert loaded.keys() == ARRAYS.keys()
    for name, values in ARRAYS.items():
        assert loaded[name].dtype == values.dtype
        np.testing.assert_array_equal(loaded[name], values)


def test_entries_lie_in_folders_of_two_digits(cache: FeatureCache, tmp_path: Path) -> None:
    files = [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [Path(f"features/ab/{DIGEST}.{KEY}.npz")]


@pytest.mark.parametrize(
    ("digest", "key", "names"),
    [("cd" * 32, KEY, {"moved"}), (DIGEST, "other", {"moved"}), (DIGEST, KEY, {"mfcc_p"})],
)
def test_other_content_settings_or_arrays_are_not_found(
    cache: FeatureCache, digest: str, key: str, names: set[str]
) -> None:
    assert cache.load(digest, key, names) is None


def test_a_truncated_entry_counts_as_absent(cache: FeatureCache) -> None:
    path = cache.path(DIGEST, KEY)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.load(DIGEST, KEY, ARRAYS.keys()) is None


def test_a_damaged_entry_never_gives_other_numbers(cache: FeatureCache) -> None:
    path = cache.path(DIGEST, KEY)
    whole = path.read_bytes()
    for place in range(len(whole)):
        for flipped in (0x01, 0x80, 0xFF):
            damaged = bytearray(whole)
            damaged[place] ^= flipped
            path.write_bytes(damaged)
            loaded = cache.load(DIGEST, KEY, ARRAYS.keys())
            if loaded is not None:
                for name, values in ARRAYS.items():
                    np.testing.assert_array_equal(loaded[name], values)


def test_pickles_are_refused(cache: FeatureCache) -> None:
    np.savez(cache.path(DIGEST, KEY), moved=np.array([{}], dtype=object))
    assert cache.load(DIGEST, KEY, {"moved"}) is None
    with pytest.raises(ValueError, match="pickle"):
        cache.store(DIGEST, KEY, {"moved": np.array([{}], dtype=object)})


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "features").write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="cannot be written"):
        FeatureCache(tmp_path).store(DIGEST, KEY, ARRAYS)


def test_half_written_entries_of_long_ago_are_removed(cache: FeatureCache) -> None:
    entry = cache.path(DIGEST, KEY)
    left = entry.with_name(f".{entry.name}.0123abcd")
    left.touch()
    os.utime(left, (0, 0))
    cache.remove_stale()
    assert list(entry.parent.iterdir()) == [entry]


def test_the_same_arrays_make_the_same_bytes(cache: FeatureCache, tmp_path: Path) -> None:
    other = FeatureCache(tmp_path / "other")
    other.store(DIGEST, KEY, ARRAYS)
    assert other.path(DIGEST, KEY).read_bytes() == cache.path(DIGEST, KEY).read_bytes()
