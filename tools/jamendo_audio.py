"""`python tools/jamendo_audio.py ANNOTATIONS.tsv -o FOLDER`; see --help."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Started as a file, only its own folder is searched for modules.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

    try:
        from tools.jamendo.command import main
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: {error.name} is not installed for {sys.executable} "
            "(use .venv/bin/python, which make test sets up)"
        )
    sys.exit(main())
