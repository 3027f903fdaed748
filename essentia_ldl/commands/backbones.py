"""`essentia-ldl backbones`: the networks whose embeddings the heads take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from essentia_ldl.commands.console import console_progress, out
from essentia_ldl.errors import EssentiaLDLError, OptionError
from essentia_ldl.features.engines import choose_engine
from essentia_ldl.networks.loading import load_tensorflow
from essentia_ldl.progress import Progress
from essentia_ldl.zoo import Backbone, find_backbone, registered_backbones
from essentia_ldl.zoo.registry import registration_of
from essentia_ldl.zoo.tokens import pooled_size

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
    """List the backbones, with where each lies or how to get it, and the engine that runs it."""
    table = Table(box=None, pad_edge=False)
    for heading in ("Name", "Algorithm", "Values", "Engine", "Where"):
        table.add_column(heading, overflow="fold")
    obstacles = []
    for name, metadata in registered_backbones().items():
        embeddings = metadata.schema_.output("embeddings")
        size = str(pooled_size(metadata, embeddings)) if embeddings else ""
        found = _find(name, models)
        if isinstance(found, Backbone):
            where: tuple[str, Text] = choose_engine(found), Text(str(found.graph))
        else:
            where = "", Text("-")
            obstacles.append(found)
        table.add_row(name, metadata.inference.algorithm, size, *where)
    out.print(table)
    for obstacle in obstacles:
        out.print(Text(str(obstacle)))


@app.command("build")
def build(
    name: Annotated[
        str,
        typer.Argument(
            help="A name from `backbones list`; or a backbone of your own, by its name or the path "
            "of its zoo JSON, which only gets its graph for onnxruntime."
        ),
    ],
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

    The weights of some are in the zoo's file alone: download that, and give it by --from. A
    backbone that is there is kept. Where onnxruntime, onnx and tf2onnx are installed, it is also
    converted for onnxruntime, and used there once its answers were seen to be Essentia's.

    Examples: essentia-ldl backbones build msd-musicnn;
    essentia-ldl backbones build audioset-vggish --from audioset-vggish-3.pb
    """
    if from_file and url:
        raise OptionError("--from and --url exclude each other", remedy="give one of them")
    if url and not sha256:
        raise OptionError("--url needs the file's hash", remedy="add --sha256 HASH")
    if sha256 and not url:
        raise OptionError("--sha256 is for a download", remedy="add --url ADDRESS")
    from essentia_ldl.export.installation import download_backbone, install_backbone

    progress = console_progress()
    if from_file:
        backbone = install_backbone(name, from_file, models, progress)
    elif url and sha256:
        backbone = download_backbone(name, url, sha256, models, progress)
    else:
        backbone = _build(name, models, progress)
    out.print(f"{backbone.name}: {backbone.graph}", markup=False)


def _build(name: str, models: Path | None, progress: Progress) -> Backbone:
    registration = registration_of(name)
    if registration is None:
        from essentia_ldl.export.onnx_gate import add_spectrogram_graph

        return add_spectrogram_graph(find_backbone(name, models), progress)
    load_tensorflow()
    from essentia_ldl.export.backbone import build_backbone

    return build_backbone(name, models, progress)


def _find(name: str, models: Path | None) -> Backbone | EssentiaLDLError:
    """Return a backbone, or why it cannot be used and what to do."""
    try:
        return find_backbone(name, models)
    except EssentiaLDLError as error:
        return error
