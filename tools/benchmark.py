"""`python tools/benchmark.py heads`, or `python -m tools.benchmark heads`; see --help."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, only its own folder is searched for modules.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

    try:
        from tools.benchmarks.command import run
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: {error.name} is not installed for {sys.executable} "
            "(use make benchmark, or .venv/bin/python)"
        )
    run()
