"""What is run as one piece, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.files import write_json
from tools.noisy_labels.material import FOLDINGS
from tools.noisy_labels.methods import Method

REVISION = 2
"""Of what a kept file means; a file of another revision is run again."""

EPOCHS = 150
"""The paper's, for heads on frozen embeddings."""


@dataclass(frozen=True)
class Unit:
    """A method on a task's folds of one repeat, at every noise that the method is run on."""

    method: Method
    task: str
    folding: str
    repeat: int

    @property
    def key(self) -> str:
        """Name of its file, without suffix."""
        return f"{self.method.name}/{self.task}-{self.folding}-{self.repeat}"


def units_of(
    methods: Sequence[Method],
    tasks: Sequence[str],
    repeats: int,
    foldings: Sequence[str] = FOLDINGS,
) -> Iterator[Unit]:
    """Yield all units, repeat after repeat, so that what is done first says something of all."""
    for repeat in range(repeats):
        for task in tasks:
            for folding in foldings:
                for method in methods:
                    if (
                        task in method.tasks
                        and folding in method.foldings
                        and (method.repeats is None or repeat < method.repeats)
                    ):
                        yield Unit(method, task, folding, repeat)


@dataclass(frozen=True)
class Store:
    """A folder with a file for every finished unit.

    Attributes
    ----------
    folder : Path
    asked : mapping of str
        What all units have in common that their results depend on.
    """

    folder: Path
    asked: Mapping[str, Any]

    def load(self, unit: Unit) -> dict[str, Any] | None:
        """Return what is kept of a unit; None where nothing is, or it is of other settings."""
        try:
            content: dict[str, Any] = json.loads(self._path(unit).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return content if content.get("asked") == self._asked(unit) else None

    def save(self, unit: Unit, found: Mapping[str, Any]) -> dict[str, Any]:
        """Keep a unit's results, and return what `load` will."""
        content = {"asked": self._asked(unit), **found}
        write_json(self._path(unit), content)
        return content

    def _path(self, unit: Unit) -> Path:
        return self.folder / "units" / f"{unit.key}.json"

    def _asked(self, unit: Unit) -> dict[str, Any]:
        return {
            "revision": REVISION,
            "epochs": EPOCHS,
            **self.asked,
            **unit.method.describe(unit.task),
            "noises": [asdict(noise) for noise in unit.method.noises],
        }
