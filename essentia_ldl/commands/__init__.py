"""The program `essentia-ldl`: the package on the command line."""

from __future__ import annotations


def main() -> None:
    """Run the program; a user's mistake ends in one line and a non-zero exit code."""
    from essentia_ldl.commands.app import run

    run()
