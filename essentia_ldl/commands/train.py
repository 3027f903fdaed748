"""`essentia-ldl train`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from essentia_ldl.commands.arguments import Backbone, Backbones, Engine, Jobs, path
from essentia_ldl.commands.console import console_progress, out
from essentia_ldl.commands.losses import read_losses
from essentia_ldl.report import ReportFiles

# The table of presets brings scikit-learn with it, which a program that shows its help has no use
# for; a test compares.
_PRESETS = "none, robust, s_a, s_b, uniform, knn, teacher, prototype, propagation, votes"
_LABELS = "none,robust,s_a,s_b"
_EXPORT = "robust"

_Collection = Annotated[
    Path,
    typer.Argument(
        parser=path,
        metavar="COLLECTION",
        help="A folder with one folder per class; or a .csv, .tsv or .jsonl file with the "
        "columns path, label (or votes:CLASS for each class) and optionally group (the "
        "artist); or a Gaia ground truth .yaml; "
        "or a published dataset, as mirdata:gtzan_genre:FOLDER.",
    ),
]
_Output = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        parser=path,
        metavar="FOLDER",
        help="Folder for the model and the report.",
    ),
]
_Task = Annotated[
    str | None,
    typer.Option(
        help="Name of the task, by default the collection's. The paper's tasks "
        "(genre_tzanetakis, mood_happy, ...) bring their classes and settings.",
    ),
]
_Labels = Annotated[
    str,
    typer.Option(
        help=f"Label variants to compare: {_PRESETS}; with parameters after a colon, as in "
        "knn:k=5,blend=0.5. `essentia-ldl labels` explains them. none is "
        "always there, as the baseline.",
    ),
]
_Export = Annotated[
    str,
    typer.Option(
        help="The variant whose model is trained on everything and exported, with parameters "
        "where wanted."
    ),
]
_Loss = Annotated[
    str | None,
    typer.Option(
        help="Loss of every variant, or of one as in s_a=mean_absolute_error; "
        "several with commas. By default each variant's own: `essentia-ldl labels` lists "
        "them, and all losses.",
    ),
]
_Network = Annotated[
    str | None,
    typer.Option(
        help="Train a whole network, musicnn or vgg, instead of heads on embeddings. A run "
        "that was broken off goes on where it stopped."
    ),
]
_Mode = Annotated[
    str,
    typer.Option(
        help="How to train the network: frozen (pre-trained on MSD, convolutions frozen), "
        "scratch, or finetuned (pre-trained, all of it trained on)."
    ),
]
_Folds = Annotated[int, typer.Option(min=2, help="Folds of the cross-validation.")]
_Repeats = Annotated[int, typer.Option(min=1, help="Cross-validations to average.")]
_Epochs = Annotated[
    int | None,
    typer.Option(
        min=1, help="Epochs of every head or network; by default 150, and 600 from scratch."
    ),
]
_Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same model.")]
_Cache = Annotated[
    Path | None,
    typer.Option(help="Folder for features and for networks in training, kept between runs."),
]


def train(
    collection: _Collection,
    *,
    output: _Output,
    task: _Task = None,
    labels: _Labels = _LABELS,
    export: _Export = _EXPORT,
    loss: _Loss = None,
    backbone: Backbone = "msd-musicnn",
    engine: Engine = None,
    network: _Network = None,
    mode: _Mode = "frozen",
    folds: _Folds = 5,
    repeats: _Repeats = 1,
    epochs: _Epochs = None,
    seed: _Seed = 0,
    jobs: Jobs = None,
    cache: _Cache = None,
    models: Backbones = None,
) -> None:
    """Train a classifier on labelled music, evaluate it and export it for Essentia.

    Example: essentia-ldl train my_music -o out --repeats 3
    """
    from essentia_ldl.collection import Collection
    from essentia_ldl.training import train_classifier

    result = train_classifier(
        Collection.from_path(collection),
        output,
        task=task,
        labels=labels,
        export=export,
        losses=read_losses(loss or ""),
        backbone=backbone,
        engine=engine,
        network=network,
        mode=mode,
        folds=folds,
        repeats=repeats,
        epochs=epochs,
        seed=seed,
        jobs=jobs,
        cache_dir=cache,
        models_dir=models,
        progress=console_progress(),
    )
    out.print(variants_table(result.report))
    _print_paths(result.report, result.files)
    # A backbone that lies elsewhere than the default ones must be found again.
    elsewhere = Path(backbone).parent if backbone.endswith(".json") else models
    option = f" --models {elsewhere}" if elsewhere else ""
    out.print(f"Try it: essentia-ldl predict {result.model}{option} AUDIO...", markup=False)


def variants_table(report: dict[str, Any]) -> Table:
    """Lay out the accuracy of every variant of a report for the terminal."""
    from essentia_ldl.report import formatting

    table = Table(
        title=f"Balanced accuracy on {report['task']}: {report['n_tracks']} tracks, "
        f"{len(report['classes'])} classes, {report['folds']} folds x {report['repeats']}",
        title_justify="left",
    )
    # Names with parameters are long, and are needed whole to be given again.
    table.add_column("Labels", overflow="fold")
    table.add_column("Loss", no_wrap=True)
    table.add_column("Pooled", justify="right", no_wrap=True)
    table.add_column("Fold mean ± sd", justify="right", no_wrap=True)
    table.add_column("p vs none", justify="right", no_wrap=True)
    for name, variant in report["variants"].items():
        accuracy = variant["balanced_accuracy"]
        p = variant["p_value_vs_none"]
        table.add_row(
            name,
            variant["loss"],
            formatting.accuracy(accuracy["pooled"]),
            " ± ".join(formatting.accuracy(accuracy[key]) for key in ("fold_mean", "fold_sd")),
            "" if p is None else formatting.p_value(p),
        )
    return table


def _print_paths(report: dict[str, Any], files: ReportFiles) -> None:
    exported = report["exported"]
    if report["skipped"]:
        out.print(f"{len(report['skipped'])} files skipped; the report says why.")
    out.print(f"Model ({exported['labels']} labels): {exported['pb']}", markup=False)
    out.print(f"Its metadata:         {exported['json']}", markup=False)
    script = Path(exported["pb"]).with_suffix(".py")
    out.print(f"Example script:       {script}", markup=False)
    out.print(f"Report to look at:    {files.html}", markup=False)
    out.print(f"Report to compute on: {files.json}", markup=False)
    out.print(f"Label distributions:  {files.csv}", markup=False)
