import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from essentia_ldl.errors import OutputError
from essentia_ldl.files import (
    atomic_write,
    check_writable,
    remove_stale_temporaries,
    sha256_of,
    write_json,
    write_text,
)


def test_written_file_is_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_text(tmp_path / "new" / "a.txt", "grün\n")
    assert (tmp_path / "new" / "a.txt").read_text(encoding="utf-8") == "grün\n"
    assert os.listdir(tmp_path / "new") == ["a.txt"]


def test_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail_half_way() -> None:
        with atomic_write(path) as stream:
            stream.write(b"half")
            raise RuntimeError("cut off")

    with pytest.raises(RuntimeError, match="cut off"):
        fail_half_way()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_full_disk_is_told_with_the_path() -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_text("/dev/full/a.txt", "x")


def test_permissions_follow_the_umask(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_writing_leaves_the_process_umask_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It belongs to the whole process: another thread's files would get wrong permissions.
    monkeypatch.delattr(os, "umask")
    write_text(tmp_path / "a", "x")


def test_only_old_temporary_files_are_removed(tmp_path: Path) -> None:
    names = [".a.npz.0123abcd", ".b.npz.0123abcd", "a.npz", ".a.npz", ".a.npz.0123abcd.swp"]
    for name in names:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    os.utime(tmp_path / ".b.npz.0123abcd")
    remove_stale_temporaries(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(names[1:])
    remove_stale_temporaries(tmp_path / "absent")


def test_what_a_killed_process_leaves_is_known_as_temporary(tmp_path: Path) -> None:
    program = (
        "import os, sys; from essentia_ldl.files import atomic_write\n"
        "with atomic_write(sys.argv[1]) as stream: os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, tmp_path / "a.npz"], check=False)
    (left,) = tmp_path.iterdir()
    os.utime(left, (0, 0))
    remove_stale_temporaries(tmp_path)
    assert not os.listdir(tmp_path)


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    assert not (tmp_path / "a.json").exists()


def test_json_round_trip(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"título": [1, 2.5, None]})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {
        "título": [1, 2.5, None]
    }


def test_sha256_of_known_bytes(tmp_path: Path) -> None:
    # FIPS 180-2, appendix B.1: the digest of "abc".
    (tmp_path / "abc").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256_of(tmp_path / "abc") == expected


def test_a_folder_of_results_is_made_and_left_empty(tmp_path: Path) -> None:
    check_writable(tmp_path / "a" / "b")
    assert not list((tmp_path / "a" / "b").iterdir())


def test_a_file_is_no_folder_of_results(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        check_writable(tmp_path / "file")
