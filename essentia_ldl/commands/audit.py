"""`essentia-ldl audit`: which labels of a collection may be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from essentia_ldl.commands.arguments import Backbone, Backbones, Engine, Jobs, path
from essentia_ldl.commands.console import console_progress, out
from essentia_ldl.errors import OptionError

if TYPE_CHECKING:
    from essentia_ldl.audit import Audit

_LISTED = 10

_Collection = Annotated[
    Path,
    typer.Argument(
        parser=path,
        metavar="COLLECTION",
        help="Labelled music, in any form that `train` takes.",
    ),
]
_Output = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        parser=path,
        metavar="FOLDER",
        help="Folder for audit.html, audit.csv and audit.json.",
    ),
]
_CopyAudio = Annotated[
    bool,
    typer.Option(
        "--copy-audio",
        help="Copy a preview of each track beside the page, so that the folder can be moved.",
    ),
]
_Neighbors = Annotated[
    int, typer.Option("-k", "--neighbors", min=1, help="Similar tracks shown for each track.")
]
_Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Same seed, same files.")]
_Cache = Annotated[Path | None, typer.Option(help="Folder for features, kept between runs.")]


def audit(
    collection: _Collection,
    *,
    output: _Output,
    copy_audio: _CopyAudio = False,
    neighbors: _Neighbors = 10,
    backbone: Backbone = "msd-musicnn",
    engine: Engine = None,
    seed: _Seed = 0,
    jobs: Jobs = None,
    cache: _Cache = None,
    models: Backbones = None,
) -> None:
    """Find tracks that may be labelled wrongly, ambiguous ones, and copies.

    Every track is judged by others alone: never by itself, by a copy of it, or by its own artist
    where artists are known. Open audit.html to listen, decide and export a corrected collection.

    Example: essentia-ldl audit my_music -o audited
    """
    from essentia_ldl.auditing import audit_collection
    from essentia_ldl.collection import Collection

    if copy_audio:
        _check_apart(collection, output)
    result = audit_collection(
        Collection.from_path(collection),
        output,
        backbone=backbone,
        engine=engine,
        n_neighbors=neighbors,
        copy_audio=copy_audio,
        seed=seed,
        jobs=jobs,
        cache_dir=cache,
        models_dir=models,
        progress=console_progress(),
    )
    out.print(suspicious_table(result.audit))
    out.print(_copies(result.audit), markup=False)
    out.print(f"Page to listen and decide on: {result.files.html}", markup=False)
    out.print(f"Table of all tracks:          {result.files.csv}", markup=False)
    out.print(f"Data to compute on:           {result.files.json}", markup=False)


def _check_apart(collection: Path, output: Path) -> None:
    """Refuse previews among the music, as whoever reads the folder again takes them for tracks."""
    if collection.is_dir() and output.resolve().is_relative_to(collection.resolve()):
        raise OptionError(
            "lies inside the collection, of which the previews would be tracks from then on",
            subject=output,
            remedy="name a folder outside of it with -o, or leave --copy-audio out",
        )


def suspicious_table(audit: Audit) -> Table:
    """Lay out the most suspicious tracks for the terminal."""
    from essentia_ldl.report import formatting

    table = Table(
        title=f"Most suspicious labels of {audit.name}: {len(audit.tracks)} tracks, "
        f"{len(audit.classes)} classes",
        title_justify="left",
    )
    for heading in ("Track", "Label", "Suggested"):
        table.add_column(heading, overflow="fold")
    for heading in ("Suspicion", "Ambiguity"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in audit.most_suspicious(_LISTED):
        track = audit.tracks[row]
        same = track.suggested_label == track.label
        table.add_row(
            Text(Path(track.path).name),
            Text(track.label),
            Text("" if same else track.suggested_label),
            formatting.accuracy(track.suspicion),
            formatting.accuracy(track.ambiguity),
        )
    return table


def _copies(audit: Audit) -> str:
    copies = sum(track.duplicate_of is not None for track in audit.tracks)
    contradictions = sum(not pair.same_label for pair in audit.duplicates)
    if not copies:
        return "No recording was found twice."
    return (
        f"Tracks that repeat a recording: {copies}; pairs of them that differ in label: "
        f"{contradictions}."
    )
