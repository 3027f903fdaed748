"""`essentia-ldl predict`: what a model says of audio files."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from essentia_ldl.collection.spelling import printable
from essentia_ldl.commands.arguments import Backbones, Engine, Jobs, path
from essentia_ldl.commands.console import console_progress, err, out
from essentia_ldl.runtime import Classifier, Kind, Prediction, audio_files


def predict(
    model: Annotated[
        Path,
        typer.Argument(
            parser=path, metavar="MODEL.json", help="The JSON metadata of an exported model."
        ),
    ],
    audio: Annotated[
        list[Path],
        typer.Argument(parser=path, metavar="AUDIO", help="Audio files, and folders of them."),
    ],
    *,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Print one JSON object a line, for programs.")
    ] = False,
    engine: Engine = None,
    jobs: Jobs = None,
    models: Backbones = None,
) -> None:
    """Classify audio files: the distribution, the top class and its entropy.

    Models of other kinds give what they have: a value for each tag, or for each quantity.
    Exit code 1 if any file or folder failed; each failure is a line on standard error.

    Example: essentia-ldl predict out/classification-heads/moods/moods-msd-musicnn-1.json songs/
    """
    progress = console_progress()
    classifier = Classifier(model, models_dir=models, engine=engine, jobs=jobs, progress=progress)
    files, skipped = audio_files(audio)
    failed = 0
    for result in chain(skipped, classifier.predict(files, progress=progress)):
        if isinstance(result, Prediction):
            out.print(_json_line(result) if jsonl else _text_line(result))
        else:
            failed += 1
            err.print(Text("failed: ", style="red") + Text(f"{result.path}: {result.reason}"))
    if failed:
        err.print(f"{failed} of {len(files) + len(skipped)} failed")
        raise typer.Exit(1)


def _json_line(prediction: Prediction) -> Text:
    line: dict[str, Any] = {"path": prediction.path}
    if prediction.label is not None:
        line["label"] = prediction.label
    numbers = "values" if prediction.kind is Kind.QUANTITIES else "probabilities"
    line[numbers] = prediction.values
    if prediction.entropy is not None:
        line["entropy"] = prediction.entropy
    return Text(json.dumps(line, ensure_ascii=False))


def _text_line(prediction: Prediction) -> Text:
    values = [*prediction.values.items()]
    # Quantities keep their order: which of them is larger means nothing.
    if prediction.kind is not Kind.QUANTITIES:
        values.sort(key=lambda pair: -pair[1])
    parts = [f"{printable(name)} {value:.3f}" for name, value in values]
    if prediction.entropy is not None:
        parts.insert(0, f"entropy {prediction.entropy:.2f}")
    line = Text(f"{printable(prediction.path)}\n  ")
    if prediction.label is not None:
        line += Text(printable(prediction.label), style="bold") + Text("  ")
    return line + Text("  ".join(parts))
