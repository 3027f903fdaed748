"""Kinds of arguments that several commands take."""

from __future__ import annotations

from pathlib import Path

import typer


def path(text: str) -> Path:
    """Read a path; an empty one is an unset variable of a shell, not the current folder."""
    if not text.strip():
        raise typer.BadParameter("the path is empty")
    return Path(text)
