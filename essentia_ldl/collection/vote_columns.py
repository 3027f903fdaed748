"""Tables with a column of votes, or of a distribution, for each class.

The columns are ``votes:CLASS`` or ``distribution:CLASS``. Only the class keeps its case. Lines
whose cells are all empty have no votes; otherwise an empty cell stands for none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from essentia_ldl.collection.spelling import clean
from essentia_ldl.collection.votes import Votes, count, distribution
from essentia_ldl.errors import CollectionError

_READERS: Mapping[str, Callable[[Iterable[tuple[str, float]]], Votes]] = MappingProxyType(
    {"votes": count, "distribution": distribution}
)
_REMEDIES = MappingProxyType(
    {
        "votes": "give each class a number of 0 or more, or leave all of the line's votes empty",
        "distribution": "give shares that sum to 1, or leave all of the line's shares empty",
    }
)


def column_name(title: str) -> str:
    """Bring a column's title to the form in which it is looked up.

    Examples
    --------
    >>> column_name(" Path "), column_name("Votes: Hip Hop ")
    ('path', 'votes:Hip Hop')
    """
    kind, colon, name = title.partition(":")
    kind = kind.strip().casefold()
    return f"{kind}:{clean(name)}" if colon and kind in _READERS else title.strip().casefold()


def flattened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON line's values by column; an object under "votes" is as many columns.

    Raises
    ------
    ValueError
        If "votes" or "distribution" is no object, or a class is there twice.

    Examples
    --------
    >>> flattened({"Path": "a.wav", "votes": {"rock": 2}})
    {'path': 'a.wav', 'votes:rock': 2}
    """
    flat: dict[str, Any] = {}
    for name, value in _columns(values):
        if name in flat and _kind(name):
            raise ValueError(f"{name} twice")
        flat[name] = value
    return flat


def _columns(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for title, value in values.items():
        name = column_name(title)
        if name not in _READERS:
            yield name, value
        elif isinstance(value, dict):
            yield from ((column_name(f"{name}:{key}"), number) for key, number in value.items())
        elif value is not None:
            raise ValueError(f'{name} that are no object, as {{"rock": 2, "jazz": 1}}')


@dataclass(frozen=True)
class VoteColumns:
    """Which of a table's columns hold votes, if any.

    Parameters
    ----------
    kind : str
        "votes" or "distribution"; "" where there are none.
    names : tuple of str
        As `column_name` spells them.
    """

    kind: str
    names: tuple[str, ...]

    @classmethod
    def among(cls, columns: Sequence[str], table: Path) -> VoteColumns:
        """Find the columns of votes.

        Raises
        ------
        CollectionError
            If there are columns of both kinds, a class twice, or a column without a class.
        """
        names = tuple(name for name in columns if _kind(name))
        kinds = sorted({_kind(name) for name in names})
        problem, remedy = "", "remove the others"
        if len(kinds) > 1:
            problem = f"has columns of both kinds, {kinds[0]} and {kinds[1]}"
            remedy = "give counts as votes:CLASS, or shares as distribution:CLASS"
        elif any(name.endswith(":") for name in names):
            problem, remedy = f"has a column {kinds[0]}: without a class", "name its class"
        elif len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            problem = f"has more than one column {twice}"
        elif names and "annotator" in columns:
            problem = f"has columns {kinds[0]}:CLASS, and a column annotator"
            remedy = "give a line for each annotator, or votes for each class, not both"
        if problem:
            raise CollectionError(problem, subject=table, remedy=remedy)
        return cls(kinds[0] if kinds else "", names)

    def read(self, values: Mapping[str, Any], line: int, table: Path) -> Votes | None:
        """Read a line's votes; None where all of its cells are empty.

        Raises
        ------
        CollectionError
            If a cell is no number, negative or not finite, none is above zero, or a distribution
            does not sum to 1.
        """
        cells = [(name.partition(":")[2], values.get(name)) for name in self.names]
        filled = [(name, cell) for name, cell in cells if cell is not None and cell != ""]
        if not filled:
            return None
        try:
            return _READERS[self.kind]((name, _number(name, cell)) for name, cell in filled)
        except ValueError as error:
            raise CollectionError(
                f"line {line} has {self.kind} columns with {error}",
                subject=table,
                remedy=_REMEDIES[self.kind],
            ) from error


def _kind(column: str) -> str:
    kind, colon, _ = column.partition(":")
    return kind if colon and kind in _READERS else ""


def _number(name: str, cell: Any) -> float:
    # What JSON calls true is 1 to Python.
    if not isinstance(cell, bool | list | dict):
        try:
            return float(cell)
        except (ValueError, OverflowError):
            pass
    raise ValueError(f"no number for {name}: {cell!r}")
