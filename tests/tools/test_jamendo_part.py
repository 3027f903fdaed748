"""Files that come in parts and get their name when they are right."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.errors import OutputError
from tests.tools.jamendo_mirror import sha256, sound
from tools.jamendo.part import WrongBytesError, bring

CONTENT = sound("x", 10_000)


class Source:
    """Gives the content from a position on, in two chunks, and remembers from where."""

    def __init__(self, content: bytes = CONTENT, stop: int | None = None) -> None:
        self.content = content
        self.stop = stop
        self.starts: list[int] = []

    def __call__(self, start: int) -> Iterator[bytes]:
        self.starts.append(start)
        middle = (start + len(self.content)) // 2
        yield self.content[start:middle]
        if self.stop is not None:
            raise KeyboardInterrupt
        yield self.content[middle:]


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "14" / "214.mp3"
    bring(target, sha256(CONTENT), len(CONTENT), Source())
    assert target.read_bytes() == CONTENT
    assert [file.name for file in target.parent.iterdir()] == ["214.mp3"]


def test_an_interrupted_file_goes_on(tmp_path: Path) -> None:
    target = tmp_path / "214.mp3"
    with pytest.raises(KeyboardInterrupt):
        bring(target, sha256(CONTENT), len(CONTENT), Source(stop=1))
    assert [file.name for file in tmp_path.iterdir()] == ["214.mp3.part"]
    source = Source()
    bring(target, sha256(CONTENT), len(CONTENT), source)
    assert source.starts == [5000]
    assert target.read_bytes() == CONTENT


@given(st.binary(max_size=20), st.integers(0, 12_000))
def test_any_part_becomes_the_file(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, have: int
) -> None:
    target = tmp_path_factory.mktemp("part") / "x"
    (target.parent / "x.part").write_bytes((CONTENT[:have] + junk)[: have + 5])
    bring(target, sha256(CONTENT), len(CONTENT), Source())
    assert target.read_bytes() == CONTENT
    assert [file.name for file in target.parent.iterdir()] == ["x"]


@pytest.mark.parametrize("begun", [None, b"", b"other"])
def test_other_bytes_leave_nothing(tmp_path: Path, begun: bytes | None) -> None:
    target = tmp_path / "214.mp3"
    if begun is not None:
        target.with_name("214.mp3.part").write_bytes(begun)
    source = Source(CONTENT[::-1])
    with pytest.raises(WrongBytesError, match="other bytes"):
        bring(target, sha256(CONTENT), len(CONTENT), source)
    assert list(tmp_path.iterdir()) == []
    assert len(source.starts) <= 2


def test_a_file_that_is_there_is_replaced_at_the_end_alone(tmp_path: Path) -> None:
    target = tmp_path / "214.mp3"
    target.write_bytes(b"old")
    with pytest.raises(WrongBytesError):
        bring(target, sha256(CONTENT), 3, Source(b"new"))
    assert target.read_bytes() == b"old"


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "14").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        bring(tmp_path / "14" / "214.mp3", sha256(CONTENT), len(CONTENT), Source())
    assert "free some space" in caught.value.remedy
