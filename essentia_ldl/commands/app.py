"""The program's commands, and how any of them ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from essentia_ldl.commands.audit import audit
from essentia_ldl.commands.backbones import app as backbones
from essentia_ldl.commands.console import err, out, show_error
from essentia_ldl.commands.doctor import doctor
from essentia_ldl.commands.export import export
from essentia_ldl.commands.labels import labels
from essentia_ldl.commands.predict import predict
from essentia_ldl.commands.train import train
from essentia_ldl.commands.validate import validate
from essentia_ldl.errors import EssentiaLDLError, OutputError
from essentia_ldl.versions import package_version

app = typer.Typer(
    name="essentia-ldl",
    help="Turn a folder of labelled music into a classifier that Essentia runs.",
    epilog="First: essentia-ldl backbones build msd-musicnn. "
    "Then: essentia-ldl train COLLECTION -o OUT. When something fails: essentia-ldl doctor.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(train)
app.command()(predict)
app.command()(validate)
app.command()(export)
app.command()(audit)
app.command()(labels)
app.add_typer(backbones, name="backbones")
app.command()(doctor)

_INTERRUPTED = 130
# What a command leaves when it is interrupted; others have nothing to tell.
_LEFT = {
    "train": "features that were extracted are kept for the next run, and so are networks in "
    "training",
    "predict": "the answers above stand, and other files have none",
    "validate": "nothing is kept for the next run",
    "audit": "features that were extracted are kept for the next run",
}


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(package_version("essentia_ldl"))
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="And exit.")
    ] = False,
) -> None:
    """Turn a folder of labelled music into a classifier that Essentia runs."""


def run() -> None:
    """Run the program and leave with its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        app(prog_name="essentia-ldl")
    except EssentiaLDLError as error:
        show_error(error)
        sys.exit(1)
    except OSError as error:
        show_error(_told(error))
        sys.exit(1)
    except SystemExit as end:
        # Typer turns Ctrl-C into this exit code, without a word.
        if end.code == _INTERRUPTED:
            err.print(_interruption(sys.argv[1:]))
        raise


def _told(error: OSError) -> OutputError:
    """Say what the system refused; only standard output goes without a name."""
    if error.filename is None:
        return OutputError(f"standard output cannot be written: {error.strerror}")
    reason = f"cannot be used: {error.strerror}"
    return OutputError(reason, subject=error.filename, remedy="check the path")


def _interruption(arguments: Sequence[str]) -> str:
    """Say what a command leaves; before its name there are options without values alone."""
    command = next((word for word in arguments if not word.startswith("-")), "")
    return f"interrupted: {_LEFT[command]}" if command in _LEFT else "interrupted"
