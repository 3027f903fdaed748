"""The command line of tools/robustness.py."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from essentia_ldl.commands.console import console_progress, err, out, show_error
from essentia_ldl.errors import EssentiaLDLError, OptionError
from essentia_ldl.files import check_writable, write_text
from essentia_ldl.labels import BASELINE
from essentia_ldl.progress import Progress
from tools.figures import check_matplotlib
from tools.noisy_labels import pictures, tables
from tools.noisy_labels.block import check_block, write_block
from tools.noisy_labels.groupings import TASKS
from tools.noisy_labels.methods import ROBUST, methods
from tools.noisy_labels.pyldl_peer import check_pyldl
from tools.noisy_labels.runs import run_units
from tools.noisy_labels.scores import Scores
from tools.noisy_labels.units import units_of

#: The features that the documentation's figures are of.
DATA = Path(__file__).resolve().parents[2].parent / "shared/data/gtzan-taggrams/train.npz"
_QUICK_TASKS = ("genre", "happy")

_DESCRIPTION = """\
Train heads on labels of which some are wrong, with and without label enhancement, and judge them
by right labels. Methods are paired: they have the same folds, wrong labels, initial weights and
batches. Tasks are a collection's ten genres and ten groupings of these into two classes."""

_EPILOG = """\
written to OUT:
  robustness.md, robustness.csv, labels-noise.png, labels-gains.png
  units/                 each finished piece; the same command goes on there, and what a change
                         of a method's settings makes outdated is run again
examples:
  python tools/robustness.py -o out                        everything: some 90 minutes on two cores
  python tools/robustness.py -o out --comparators 3        half of it; can be gone on with
  python tools/robustness.py -o out --only none,robust     the verdicts alone: a third of it
  python tools/robustness.py -o out --quick                does it run here?
  python tools/robustness.py -o out --pyldl peer/bin/python --markdown docs/labels.md
PyLDL takes part from an environment of its own:
  python -m venv peer && peer/bin/pip install python-ldl tensorflow 'tensorflow-probability[tf]'"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    options = _parser().parse_args(arguments)
    progress = console_progress()
    try:
        _check(options)
        _run(options, progress)
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    except KeyboardInterrupt:
        err.print("interrupted: what is finished is kept, the same command goes on", markup=False)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tools/robustness.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=DATA,
        metavar="FILE",
        help="features (.npz): label, artist, taggram, mfcc_s; by default ../shared's",
    )
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    parser.add_argument(
        "--only", metavar="NAMES", help="these methods, with commas; none is always run"
    )
    parser.add_argument("--repeats", type=int, default=10, metavar="N", help="10 by default")
    parser.add_argument(
        "--comparators",
        type=int,
        metavar="N",
        help="repeats of all methods but none and robust; by default as --repeats",
    )
    parser.add_argument(
        "--pyldl", metavar="PYTHON", help="interpreter of an environment with python-ldl"
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the results between the file's markers"
    )
    parser.add_argument(
        "--figures", type=Path, metavar="DIR", help="where pictures go; by default OUT"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes")
    parser.add_argument("--quick", action="store_true", help="one repeat of two tasks: a trial")
    return parser


def _check(options: argparse.Namespace) -> None:
    for name in ("repeats", "comparators", "jobs"):
        if (number := getattr(options, name)) is not None and number < 1:
            raise OptionError(f"must be at least 1, not {number}", subject=f"--{name}")
    check_matplotlib()
    check_writable(options.output)
    if options.markdown:
        check_block(options.markdown, "robustness")
    if options.pyldl:
        check_pyldl(options.pyldl)


def _run(options: argparse.Namespace, progress: Progress) -> None:
    known = methods(options.pyldl)
    names = list(known) if options.only is None else _named(options.only, known)
    tasks, repeats = (_QUICK_TASKS, 1) if options.quick else (TASKS, options.repeats)
    most = min(repeats, options.comparators or repeats)
    units = [
        unit
        for unit in units_of([known[name] for name in names], tasks, repeats)
        if unit.repeat < most or unit.method.name in (BASELINE, ROBUST)
    ]
    results = run_units(units, options.data, options.output, jobs=options.jobs, progress=progress)
    scores = Scores.of(results.items())
    content = tables.markdown(scores) if ROBUST in scores.methods else ""
    figures = options.figures or options.output
    drawn = [("accuracy and NLL against noise", figures / "labels-noise.png")]
    pictures.draw_against_noise(drawn[0][1], scores)
    if ROBUST in scores.methods:
        drawn.append(("gain of robust in every setting", figures / "labels-gains.png"))
        pictures.draw_gains(drawn[1][1], scores)
    write_text(options.output / "robustness.md", content)
    write_text(options.output / "robustness.csv", tables.write_csv(scores))
    if options.markdown:
        write_block(options.markdown, "robustness", content, drawn)
    out.print(content, markup=False)
    err.print(f"Written: {options.output}/robustness.md, .csv and pictures", markup=False)


def _named(text: str, known: Collection[str]) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise OptionError(
                f"there is no {name!r}", subject="--only", remedy=f"choose from {', '.join(known)}"
            )
    return list(dict.fromkeys([BASELINE, *names]))


def run() -> None:
    """Run the program and leave with its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
