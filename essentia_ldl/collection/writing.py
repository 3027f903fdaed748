"""Collections as CSV tables that are read back as they were."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from essentia_ldl.collection.formulas import guarded
from essentia_ldl.collection.spelling import clean, is_text, printable
from essentia_ldl.collection.table import MISSING
from essentia_ldl.errors import CollectionError, OutputError
from essentia_ldl.files import write_text

if TYPE_CHECKING:
    from essentia_ldl.collection.collection import Collection
    from essentia_ldl.collection.track import Track


def write_table(collection: Collection, path: str | os.PathLike[str]) -> None:
    """Write the columns path, label, group and, where any track has votes, one for each class.

    Raises
    ------
    CollectionError
        If a table cannot tell a path, label or group from none at all.
    OutputError
        If the file is no .csv, or cannot be written.
    """
    table = Path(path).expanduser().absolute()
    if table.suffix.lower() != ".csv":
        raise OutputError("is no .csv file", subject=table, remedy="give a name that ends in .csv")
    voted = any(track.votes is not None for track in collection.tracks)
    classes = collection.classes if voted else ()
    for name in classes:
        _checked(name, f"class {name!r}", collection.name)
    text = io.StringIO()
    # Quoting all text is what keeps a lone carriage return in a file name inside its cell.
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(["path", "label", "group", *(f"votes:{name}" for name in classes)])
    writer.writerows(
        [
            _listed(track, table.parent),
            *(guarded(_known(name, track)) for name in (track.label, track.group or "")),
            *_cells(track, classes),
        ]
        for track in collection.tracks
    )
    write_text(table, text.getvalue())


def _listed(track: Track, folder: Path) -> str:
    """Spell a path for a table: below its folder as short as can be, elsewhere in full."""
    path = track.path.expanduser().absolute()
    if not is_text(str(path)):
        raise CollectionError(
            "has a path that is not valid UTF-8", subject=printable(str(path)), remedy="rename it"
        )
    if not path.is_relative_to(folder):
        return str(path)
    listed = str(path.relative_to(folder))
    # Another beginning makes an unusual name a plain path: neither "~" nor a formula, nor nothing.
    plain = listed.strip() and listed not in MISSING and listed[0] != "~"
    return listed if plain and guarded(listed) == listed else f".{os.sep}{listed}"


def _known(name: str, track: Track) -> str:
    if name.strip() in MISSING:
        raise CollectionError(
            f"has a label or group {name!r}, which tables take for a missing value",
            subject=track.path,
            remedy="call it otherwise",
        )
    return _checked(name, f"label or group {name!r}", track.path)


def _checked(name: str, what: str, subject: object) -> str:
    if name != clean(name) or not is_text(name):
        raise CollectionError(
            printable(f"has a {what}, which a table cannot hold"),
            subject=subject,
            remedy="use valid UTF-8 with composed accents, without blanks around it",
        )
    return name


def _cells(track: Track, classes: tuple[str, ...]) -> Iterator[str | float]:
    votes = dict(track.votes or ())
    for name in classes:
        number = votes.get(name, 0)
        yield "" if track.votes is None else int(number) if number == int(number) else number
