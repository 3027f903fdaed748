"""`python tools/label_recovery.py -o OUT`: known label distributions, recovered; see --help."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, only its own folder is searched for modules.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

    try:
        from tools.noisy_labels.recovery_command import run
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: {error.name} is not installed for {sys.executable} "
            "(run make test once, and use .venv/bin/python)"
        )
    run()
