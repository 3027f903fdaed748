"""A whole run of the benchmark, as it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from essentia_ldl.errors import OptionError
from essentia_ldl.files import write_json
from tools.benchmarks import machine as machines
from tools.benchmarks.results import Entry, from_dict, to_dict


@dataclass
class Record:
    """What a run measured, and on what.

    Attributes
    ----------
    machine : dict
        As `describe_machine` gives it.
    day : str
        The date, as 2022-05-23.
    quick : bool
        Whether the benchmark was only tried out.
    audio : str
        The music it was measured on; empty where none was needed.
    entries : list of Entry
    skipped : dict of str to str
        Why a case was not measured, or not to its end.
    """

    machine: dict[str, Any] = field(default_factory=machines.describe_machine)
    day: str = field(default_factory=lambda: date.today().isoformat())
    quick: bool = False
    audio: str = ""
    entries: list[Entry] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def remarks(self) -> Iterator[str]:
        """Yield what a reader must know before the figures."""
        if self.quick:
            yield "measured with --quick: does it run? The figures mean nothing"
        yield from machines.remarks(self.machine)

    def updated(self, later: Record) -> Record:
        """Return both, with `later` in place of every case that it measured, too.

        Raises
        ------
        OptionError
            If they were measured on different machines or with other versions.
        """
        mine, other = ({**record.machine, "load": 0} for record in (self, later))
        if mine != other or self.quick != later.quick:
            raise OptionError(
                "files of different machines, versions or options cannot be shown together",
                subject="--read",
                remedy="name those of one machine",
            )
        load = max(self.machine["load"], later.machine["load"])
        kept = [entry for entry in self.entries if entry.case not in later.cases]
        skipped = {case: why for case, why in self.skipped.items() if case not in later.cases}
        return replace(
            later,
            machine={**later.machine, "load": load},
            audio=later.audio or self.audio,
            entries=[*kept, *later.entries],
            skipped=skipped | later.skipped,
        )

    @property
    def cases(self) -> frozenset[str]:
        """Cases that were measured, or tried."""
        return frozenset({entry.case for entry in self.entries} | self.skipped.keys())

    def only(self, cases: Sequence[str]) -> Record:
        """Return the part of it that some cases measured, in their order."""
        return replace(
            self,
            entries=[entry for case in cases for entry in self.entries if entry.case == case],
            skipped={case: why for case, why in self.skipped.items() if case in cases},
        )

    def save(self, path: Path) -> None:
        """Write everything as JSON, every repeat included.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        content = {**vars(self), "entries": [to_dict(entry) for entry in self.entries]}
        write_json(path, content)

    @classmethod
    def load(cls, path: Path) -> Record:
        """Read what `save` wrote.

        Raises
        ------
        OptionError
            If the file cannot be read, or is something else.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**content, "entries": [from_dict(each) for each in content["entries"]]})
        except OSError as error:
            raise OptionError(
                f"cannot be read: {error.strerror}", subject=path, remedy="correct the path"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise OptionError(
                "is not a file that --json wrote", subject=path, remedy="measure again with --json"
            ) from error
