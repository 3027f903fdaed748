"""The program `essentia-ldl`: the package on the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the program; a user's mistake ends in one line and a non-zero exit code."""
    try:
        from essentia_ldl.commands.app import run

        run()
    except KeyboardInterrupt:
        # Pressed while the program was still loading, or already leaving.
        print("interrupted", file=sys.stderr)  # noqa: T201
        sys.exit(130)
