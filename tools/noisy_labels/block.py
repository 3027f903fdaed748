"""The generated parts of docs/labels.md."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from essentia_ldl.errors import OptionError
from essentia_ldl.files import write_text

#: What writes each part, by its name in the markers.
PARTS = {"robustness": "tools/robustness.py", "recovery": "tools/label_recovery.py"}


def check_block(path: Path, part: str) -> None:
    """Find out before the runs whether results can be put into a Markdown file after them.

    Raises
    ------
    OptionError
        If it has no place for them.
    """
    _read(path, part)


def write_block(path: Path, part: str, content: str, pictures: Sequence[tuple[str, Path]]) -> None:
    """Replace what is between the markers of a Markdown file.

    Parameters
    ----------
    path : Path
    part : str
        One of `PARTS`.
    content : str
    pictures : sequence of (str, Path)
        What each shows, and where it was written.

    Raises
    ------
    OptionError
        If the file has no markers.
    OutputError
        If it cannot be written.
    """
    shown = [f"![{title}]({os.path.relpath(place, path.parent)})" for title, place in pictures]
    begin, end = markers(part)
    block = "\n\n".join([begin, content.strip(), *shown, end])
    # A function, since a text would have its backslashes read.
    write_text(path, _pattern(part).sub(lambda _: block, _read(path, part)))


def markers(part: str) -> tuple[str, str]:
    """Return the lines that a part stands between."""
    return f"<!-- {part}: begin; written by {PARTS[part]} --markdown -->", f"<!-- {part}: end -->"


def _pattern(part: str) -> re.Pattern[str]:
    begin, end = map(re.escape, markers(part))
    return re.compile(f"{begin}.*?{end}", re.DOTALL)


def _read(path: Path, part: str) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"cannot be read: {error}", subject=path) from error
    if not _pattern(part).search(text):
        raise OptionError(
            "has no place for the results",
            subject=path,
            remedy=f"put two lines into it: {' and '.join(markers(part))}",
        )
    return text
