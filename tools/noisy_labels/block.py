"""The generated part of docs/labels.md."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from essentia_ldl.errors import OptionError
from essentia_ldl.files import write_text

BEGIN = "<!-- robustness: begin; written by tools/robustness.py --markdown -->"
END = "<!-- robustness: end -->"

_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def check_block(path: Path) -> None:
    """Find out before the runs whether results can be put into a Markdown file after them.

    Raises
    ------
    OptionError
        If it has no place for them.
    """
    _read(path)


def write_block(path: Path, content: str, pictures: Sequence[tuple[str, Path]]) -> None:
    """Replace what is between the markers of a Markdown file.

    Parameters
    ----------
    path : Path
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
    block = "\n\n".join([BEGIN, content.strip(), *shown, END])
    # A function, since a text would have its backslashes read.
    write_text(path, _BLOCK.sub(lambda _: block, _read(path)))


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"cannot be read: {error}", subject=path) from error
    if not _BLOCK.search(text):
        raise OptionError(
            "has no place for the results",
            subject=path,
            remedy=f"put two lines into it: {BEGIN} and {END}",
        )
    return text
