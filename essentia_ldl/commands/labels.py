"""`essentia-ldl labels`: the presets of label enhancement, and what can be chosen of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from essentia_ldl.commands.console import out

if TYPE_CHECKING:
    from essentia_ldl.labels import Preset


def labels() -> None:
    """List the presets that `train --labels` and `--export` take, and their parameters.

    Parameters are given after a colon, with commas between them.

    Example: essentia-ldl train my_music -o out --labels robust,knn:k=5,blend=0.5
    """
    from essentia_ldl.labels import PRESETS
    from essentia_ldl.networks.losses import LOSSES

    presets = tuple(PRESETS.values())
    out.print(_presets_table(presets))
    out.print()
    out.print(_parameters_table(presets))
    out.print()
    out.print(f"Losses that train --loss takes: {', '.join(LOSSES)}", soft_wrap=False)


def _presets_table(presets: Sequence[Preset]) -> Table:
    """Lay out each preset with its loss and its parameters at their defaults."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Preset", no_wrap=True)
    table.add_column("What it makes of labels, its loss, and its parameters")
    for preset in presets:
        # Blanks between them are where a line may break; commas would be folded anywhere.
        defaults = " ".join(
            f"{entry.name}={entry.text(entry.default)}" for entry in preset.parameters
        )
        lines = [preset.description, preset.loss, *([defaults] if defaults else [])]
        table.add_row(Text(preset.name, style="bold"), Text("\n".join(lines)))
    return table


def _parameters_table(presets: Sequence[Preset]) -> Table:
    """Lay out what each parameter is; of a name with several meanings, in which presets."""
    table = Table(box=None, pad_edge=False)
    table.add_column("Parameter", no_wrap=True)
    for heading in ("What it is", "May be"):
        table.add_column(heading)
    owners: dict[tuple[str, str, str], list[str]] = {}
    for preset in presets:
        for entry in preset.parameters:
            row = (entry.name, entry.explanation, str(entry.kind))
            owners.setdefault(row, []).append(preset.name)
    meanings = Counter(name for name, _, _ in owners)
    for name, explanation, kind in sorted(owners):
        of = f" of {', '.join(owners[name, explanation, kind])}" if meanings[name] > 1 else ""
        table.add_row(*map(Text, (f"{name}{of}", explanation, kind)))
    return table
