"""Text files as people really save them."""

from pathlib import Path

import pytest

from essentia_ldl.collection.text import read_text
from essentia_ldl.errors import CollectionError


def test_the_mark_goes_and_line_ends_stay(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("\ufeffä\r\nb\rc\n".encode())
    assert read_text(file) == "ä\r\nb\rc\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [("ä".encode("latin-1"), "from byte 0"), ("a,b".encode("utf-16"), "UTF-8"), (b"a\0", "binary")],
)
def test_other_encodings_are_an_error(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    with pytest.raises(CollectionError, match=rf"list\.csv: is .*{reason}.*save the list as UTF-8"):
        read_text(file)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="cannot be read: No such file"):
        read_text(tmp_path / "gone.csv")
