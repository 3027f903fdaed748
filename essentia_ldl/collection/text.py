"""Text files as people really save them."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.errors import CollectionError


def read_text(path: Path) -> str:
    """Read a list as UTF-8, with or without a byte-order mark; line ends stay as they are.

    Raises
    ------
    CollectionError
        If the file cannot be read, is not UTF-8, or is binary.
    """
    remedy = "save the list as UTF-8 text"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CollectionError(
            f"cannot be read: {error.strerror}",
            subject=path,
            remedy="check the path and your permission to read it",
        ) from error
    except UnicodeDecodeError as error:
        raise CollectionError(
            f"is not UTF-8 text, from byte {error.start} on", subject=path, remedy=remedy
        ) from error
    if "\0" in text:
        raise CollectionError("is binary, not text", subject=path, remedy=remedy)
    return text
