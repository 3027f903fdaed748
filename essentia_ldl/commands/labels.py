"""`essentia-ldl labels`: the presets of label enhancement, and what can be chosen of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from essentia_ldl.commands.console import out

if TYPE_CHECKING:
    from essentia_ldl.labels import Preset


def labels() -> None:
    """List the presets that `train --labels` and `--export` take, and their parameters.

    Example: essentia-ldl train my_music -o out --labels robust,knn:k=5,blend=0.5
    """
    from essentia_ldl.labels import PRESETS

    presets = tuple(PRESETS.values())
    out.print(_presets_table(presets))
    out.print()
    out.print(_parameters_table(presets))


def _presets_table(presets: Sequence[Preset]) -> Table:
    """Lay out each preset with its parameters at their defaults, as they would be given."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Preset", no_wrap=True)
    table.add_column("What it makes of labels, its loss, and its parameters", overflow="fold")
    for preset in presets:
        defaults = ",".join(
            f"{entry.name}={entry.text(entry.default)}" for entry in preset.parameters
        )
        lines = [f"{preset.description}; {preset.loss}", *([defaults] if defaults else [])]
        table.add_row(Text(preset.name, style="bold"), Text("\n".join(lines)))
    return table


def _parameters_table(presets: Sequence[Preset]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("Parameter", no_wrap=True)
    for heading in ("What it is", "May be"):
        table.add_column(heading, overflow="fold")
    rows = {
        (entry.name, entry.explanation, str(entry.kind)): None
        for preset in presets
        for entry in preset.parameters
    }
    for row in sorted(rows):
        table.add_row(*map(Text, row))
    return table
