"""Kinds of arguments that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from essentia_ldl.features import engines


def path(text: str) -> Path:
    """Read a path; an empty one is an unset variable of a shell, not the current folder."""
    if not text.strip():
        raise typer.BadParameter("the path is empty")
    return Path(text)


Engine = Annotated[
    engines.Engine | None,
    typer.Option(
        help="What computes embeddings; by default onnxruntime, several times faster, where it is "
        "installed and was seen to agree with Essentia when the backbone was built.",
    ),
]

Backbones = Annotated[
    Path | None,
    typer.Option(
        "--models",
        exists=True,
        file_okay=False,
        help="Folder of backbones, besides the default one.",
    ),
]

Backbone = Annotated[
    str, typer.Option(help="A backbone's name (see `backbones list`) or its zoo JSON.")
]

Jobs = Annotated[int | None, typer.Option(min=1, help="Worker processes; by default one per core.")]
