"""The command line of tools/reproduce.py."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from essentia_ldl.commands.console import console_progress, err, out, show_error
from essentia_ldl.errors import EssentiaLDLError, OptionError
from essentia_ldl.files import write_text
from essentia_ldl.progress import Progress
from tools.figures import check_matplotlib
from tools.reproduction import pictures, tables
from tools.reproduction.external import find_external
from tools.reproduction.figure_1 import own_class_probabilities
from tools.reproduction.grid import (
    ARCHITECTURES,
    LOSSES,
    MODES,
    PAPERS,
    loss_cells,
    paper_cells,
)
from tools.reproduction.materials import Materials
from tools.reproduction.rows import Row, rows_of
from tools.reproduction.runs import Runner
from tools.reproduction.sources import Source, find_sources

_DESCRIPTION = """\
Run the paper's experiments (Buisson, Alonso-Jiménez and Bogdanov, ICASSP 2022) on whatever of its
collections is at hand: Table 2's grid of tasks x architecture x mode x labels, Figure 1 for each
task, and the grid that the paper lacks, labels x loss, which tells their effects apart."""

_EPILOG = """\
the folder of collections:
  genre_dortmund/, mood_happy/, gtzan/ ...   a folder per class in each, or a table, by the
                                             names of tasks or of their collections
  gtzan-taggrams/train.npz                   features without audio: label, taggram (or
                                             embeddings), mfcc_s, and mfcc_p and artist if known
written to OUT:
  table.md, table.csv, table.png, labels-x-loss.png, figure-1-TASK.png
  cells/                                     each finished cell; the same command goes on there
examples:
  python tools/reproduce.py --collections music -o out
  python tools/reproduce.py --collections music --architectures head --seeds 3 -o out
From scratch, a network takes 600 epochs per fold: hours on a GPU, days without one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    options = _parser().parse_args(arguments)
    progress = console_progress()
    try:
        check_matplotlib()
        _reproduce(options, progress)
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    except KeyboardInterrupt:
        err.print("interrupted: finished cells are kept, the same command goes on", markup=False)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tools/reproduce.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--collections", type=Path, required=True, metavar="DIR", help="folder of collections"
    )
    parser.add_argument(
        "--external",
        type=Path,
        metavar="DIR",
        help="folder with one of MTG-Jamendo's annotation files, and its audio in audio/",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    parser.add_argument("--seeds", type=int, default=1, metavar="N", help="cross-validations")
    parser.add_argument("--tasks", metavar="NAMES", help="only these, with commas")
    for name, known in (("architectures", ARCHITECTURES), ("modes", MODES), ("losses", LOSSES)):
        parser.add_argument(
            f"--{name}",
            default=",".join(known),
            metavar="NAMES",
            help=f"with commas; by default {','.join(known)}",
        )
    parser.add_argument(
        "--epochs", type=int, metavar="N", help="the paper's by default: 150, from scratch 600"
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="folder for extracted features")
    parser.add_argument("--models", type=Path, metavar="DIR", help="folder of backbones")
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes")
    return parser


def _reproduce(options: argparse.Namespace, progress: Progress) -> None:
    for name in ("seeds", "epochs", "jobs"):
        if (number := getattr(options, name)) is not None and number < 1:
            raise OptionError(f"must be at least 1, not {number}", subject=f"--{name}")
    sources = find_sources(options.collections)
    annotations = find_external(options.external) if options.external else None
    if options.tasks:
        tasks = _named(options.tasks, {source.task.name for source in sources}, "--tasks")
        sources = [source for source in sources if source.task.name in tasks]
    seeds = range(options.seeds)
    cells = [
        *paper_cells(
            sources,
            _named(options.architectures, ARCHITECTURES, "--architectures"),
            _named(options.modes, MODES, "--modes"),
            seeds,
        ),
        *loss_cells(sources, _named(options.losses, LOSSES, "--losses"), seeds),
    ]
    materials = Materials(annotations, options.cache, options.models, options.jobs, progress)
    _figure_1(materials, sources, options.output)
    runner = Runner(options.output, materials, options.epochs, options.jobs, progress)
    results = []
    for result in runner.results(cells, sources, _announce):
        results.append(result)
        _write(options.output, rows_of(results))
    out.print(tables.markdown(rows_of(results)), markup=False)
    err.print(f"Written: {options.output}/table.md, .csv, .png and figures", markup=False)


def _announce(cell: str) -> None:
    err.print(cell, style="bold", markup=False)


def _named(text: str, known: Sequence[str] | set[str], option: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise OptionError(
                f"there is no {name!r} here",
                subject=option,
                remedy=f"choose from {', '.join(sorted(known))}",
            )
    return names


def _figure_1(materials: Materials, sources: Sequence[Source], folder: Path) -> None:
    for source in sources:
        material = materials.of_labels(source)
        tracks = material.tracks
        panels = own_class_probabilities(
            tracks.features.space("mfcc_p"), tracks.collection.y, material.task, seed=0
        )
        pictures.draw_figure_1(folder / f"figure-1-{source.name}.png", source.name, panels)


def _write(folder: Path, rows: Sequence[Row]) -> None:
    """Write the tables of what is done so far, so that a run can be looked at while it goes on."""
    write_text(folder / "table.md", tables.markdown(rows))
    write_text(folder / "table.csv", tables.as_csv(rows))
    for name, of_paper in (("table", True), ("labels-x-loss", False)):
        chosen = [row for row in rows if (row.loss == PAPERS) is of_paper]
        if chosen:
            pictures.draw_table(folder / f"{name}.png", chosen)


def run() -> None:
    """Run the program and leave with its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
