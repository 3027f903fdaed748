"""`essentia-ldl backbones`: the networks whose embeddings the heads take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from essentia_ldl.commands.console import console_progress, out
from essentia_ldl.errors import BackboneError, OptionError
from essentia_ldl.zoo import find_backbone, registered_backbones

app = typer.Typer(help="List the backbones, or build one.", no_args_is_help=False)

ModelsFolder = Annotated[
    Path | None, typer.Option(help="Folder of backbones, instead of the default one.")
]


@app.callback(invoke_without_command=True)
def backbones(context: typer.Context) -> None:
    """List the backbones, or build one."""
    if context.invoked_subcommand is None:
        list_backbones()


@app.command("list")
def list_backbones(models: ModelsFolder = None) -> None:
    """List the backbones, with where each lies or how to get it."""
    table = Table(box=None, pad_edge=False)
    for heading in ("Name", "Algorithm", "Values", "Where"):
        table.add_column(heading, overflow="fold")
    for name, metadata in registered_backbones().items():
        embeddings = metadata.schema_.output("embeddings")
        size = str(embeddings.shape[-1]) if embeddings else ""
        try:
            place = str(find_backbone(name, models).graph)
        except BackboneError as error:
            place = f"{error.reason} ({error.remedy})"
        table.add_row(name, metadata.inference.algorithm, size, place)
    out.print(table)


@app.command("build")
def build(
    name: Annotated[str, typer.Argument(help="A name from `backbones list`.")],
    models: ModelsFolder = None,
    from_file: Annotated[
        Path | None,
        typer.Option("--from", help="Use this zoo .pb file instead of building one."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Download the zoo's .pb from this address instead.")
    ] = None,
    sha256: Annotated[
        str | None, typer.Option(help="The hash that the downloaded file must have.")
    ] = None,
) -> None:
    """Build a backbone from the checkpoint in the wheel musicnn==0.1.0, and check it in Essentia.

    Example: essentia-ldl backbones build msd-musicnn
    """
    from essentia_ldl.networks.loading import load_tensorflow

    load_tensorflow()
    from essentia_ldl.export import backbone as export

    if from_file and url:
        raise OptionError("--from and --url exclude each other", remedy="give one of them")
    if url and not sha256:
        raise OptionError("--url needs the file's hash", remedy="add --sha256 HASH")
    progress = console_progress()
    if from_file:
        built = export.install_backbone(name, from_file, models_dir=models, progress=progress)
    elif url and sha256:
        built = export.download_backbone(name, url, sha256, models_dir=models, progress=progress)
    else:
        built = export.build_backbone(name, models_dir=models, progress=progress)
    out.print(f"{built.name}: {built.graph}", markup=False)
