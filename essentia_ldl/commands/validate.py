"""`essentia-ldl validate`: exported models on tracks that they were not trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from essentia_ldl.collection.ballot import MIN_VOTES
from essentia_ldl.commands.arguments import Backbones, Engine, Jobs, path
from essentia_ldl.commands.console import console_progress, out

_Models = Annotated[
    list[Path],
    typer.Argument(
        parser=path,
        metavar="MODEL.json",
        help="The JSON metadata of exported models that tell the same classes apart.",
    ),
]
_Annotations = Annotated[
    Path,
    typer.Option(
        parser=path,
        metavar="FILE",
        help="One of MTG-Jamendo's music classification annotation files (.tsv), clean or "
        "raw; or a collection, as `train` takes it.",
    ),
]
_Audio = Annotated[
    Path | None,
    typer.Option(
        parser=path,
        metavar="FOLDER",
        help="The audio of an annotation file: MTG-Jamendo's audio or audio-low.",
    ),
]
_Raw = Annotated[
    bool,
    typer.Option(
        "--raw",
        help="Compare the predicted distributions with the annotators' votes too, also where "
        "they disagree.",
    ),
]
_Taxonomy = Annotated[
    str | None,
    typer.Option(
        help="The taxonomy of the annotation file; by default the one that the models' names "
        "or classes say."
    ),
]
_MinVotes = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="With --raw: votes for classes that a track needs in order to count; by default "
        f"{MIN_VOTES}.",
    ),
]
_Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        parser=path,
        metavar="FOLDER",
        help="Folder for validation.json, validation.html and predictions.csv; without it "
        "there is the table here alone.",
    ),
]
_Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same intervals.")]


def validate(
    models: _Models,
    *,
    annotations: _Annotations,
    audio: _Audio = None,
    raw: _Raw = False,
    taxonomy: _Taxonomy = None,
    min_votes: _MinVotes = None,
    output: _Output = None,
    seed: _Seed = 0,
    engine: Engine = None,
    jobs: Jobs = None,
    models_folder: Backbones = None,
) -> None:
    """Judge exported models on labelled tracks they were not trained on, side by side.

    Tracks whose audio is missing or unreadable are listed and do not count.

    Example: essentia-ldl validate out/classification-heads/mood_sad/mood_sad-msd-musicnn-1.json
    --annotations music-classification-annotations-clean.tsv --audio mtg-jamendo/ -o validation
    """
    from essentia_ldl.evaluation.bootstrap import Resampling
    from essentia_ldl.validation import validate_models

    result = validate_models(
        models,
        annotations,
        audio=audio,
        taxonomy=taxonomy,
        raw=raw,
        min_votes=min_votes,
        out=output,
        resampling=Resampling(seed=seed),
        engine=engine,
        jobs=jobs,
        models_dir=models_folder,
        progress=console_progress(),
    )
    _print_tables(result.report)
    if result.files:
        out.print(f"Page to look at:    {result.files.html}", markup=False)
        out.print(f"Data to compute on: {result.files.json}", markup=False)
        out.print(f"Predictions:        {result.files.csv}", markup=False)


def _print_tables(report: dict[str, Any]) -> None:
    from essentia_ldl.commands.validation_tables import accuracy_table, distances_table, summary

    if report["accuracy"]:
        out.print(accuracy_table(report))
    if report["distances"]:
        out.print(distances_table(report))
    for sentence in summary(report):
        out.print(sentence, markup=False)
