"""The benchmark's command line."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from essentia_ldl.commands.console import console_progress, err, show_error
from essentia_ldl.errors import EssentiaLDLError, OptionError, OutputError
from essentia_ldl.progress import Progress
from tools.benchmarks.audio import given_audio
from tools.benchmarks.block import check_markdown, write_markdown
from tools.benchmarks.case import Case, Setting, Unavailable
from tools.benchmarks.growth import growths
from tools.benchmarks.plot import check_plot, write_plot
from tools.benchmarks.record import Record
from tools.benchmarks.show import show_case

CASES = {
    "lmnn": "LMNN's solvers against metric-learn's: time to its best objective, exactness",
    "mfcc": "file to MFCC against MonoLoader and Essentia's frame loop, and against bare FFTs",
    "embeddings": "30 s of sound through MusiCNN against Essentia; what a second worker gains",
    "heads": "all heads of a cross-validation as one batch against Keras fits one by one",
    "train": "`essentia-ldl train`, cold, against Essentia, metric-learn and Keras in a row",
    "scaling": "what each stage costs for 100 to 10,000 tracks",
}
_WITH_MUSIC = ("mfcc", "embeddings", "train")

_DESCRIPTION = """\
Measure this package against the libraries that it would otherwise be written with.

Both sides of a comparison run in processes of their own, take turns, and have one thread in
every library. The table gives medians; the ratio says how many times as long the peer takes."""

_EPILOG = """\
examples:
  python tools/benchmark.py heads                    a few minutes, a table
  python tools/benchmark.py all --json out.json      everything, the better part of an hour
  python tools/benchmark.py all --quick              does it run here? the figures mean nothing
  python tools/benchmark.py all --read out.json --markdown docs/performance.md
                                                     the documentation from what was measured
Measure on an idle machine: seconds by the clock mean little on a busy one."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        _check(options)
        record = reduce(Record.updated, map(Record.load, options.read)) if options.read else None
    except EssentiaLDLError as error:
        parser.error(str(error))
    names = list(CASES) if options.case == "all" else [options.case]
    try:
        if record:
            record = record.only(names)
            for name in names:
                show_case(record, name)
        else:
            record = _measure(names, options)
        _write(record, options)
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    except KeyboardInterrupt:
        kept = f": what was measured is in {options.json}" if options.json else ""
        err.print(f"interrupted{kept}", markup=False)
        return 130
    return 0 if record.entries else 1


def _parser() -> argparse.ArgumentParser:
    cases = "\n".join(f"  {name:<11}{what}" for name, what in CASES.items())
    parser = argparse.ArgumentParser(
        prog="python tools/benchmark.py",
        description=f"{_DESCRIPTION}\n\ncases:\n{cases}\n  all        all of them",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("case", choices=[*CASES, "all"], metavar="CASE", help="one of the above")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="keep everything, every repeat included"
    )
    parser.add_argument(
        "--read",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="show what --json kept, the last file's where several have a case; measure nothing",
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the tables between the file's markers"
    )
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="draw scaling's cost against size, as png or svg"
    )
    parser.add_argument(
        "--audio",
        type=Path,
        metavar="FOLDER",
        help="music in one folder per class; by default ../shared/data, else made-up chords",
    )
    parser.add_argument("--quick", action="store_true", help="few repeats, small sizes: a trial")
    return parser


def _check(options: argparse.Namespace) -> None:
    """Find out before the measurements what would fail after them.

    Raises
    ------
    EssentiaLDLError
        If a file or folder cannot be used as asked.
    """
    if options.audio:
        if not options.audio.is_dir():
            raise OptionError("there is no such folder", subject=options.audio)
        given_audio(options.audio)
    if options.plot:
        check_plot(options.plot)
        if options.case not in ("scaling", "all"):
            raise OptionError(
                f"{options.case} has no plot", subject="--plot", remedy="run scaling or all"
            )
    if options.markdown:
        check_markdown(options.markdown)
    for path in filter(None, (options.json, options.markdown, options.plot)):
        _check_writable(path)


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise OutputError("is a folder", subject=path, remedy="name a file")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror}", subject=path, remedy="choose another folder"
        ) from error


def _measure(names: Sequence[str], options: argparse.Namespace) -> Record:
    progress = console_progress()
    record = Record(quick=options.quick)
    for remark in record.remarks():
        progress.warn(remark)
    with TemporaryDirectory(prefix="essentia-ldl-benchmark-") as scratch:
        setting = Setting(Path(scratch), progress, options.audio, options.quick)
        for number, name in enumerate(names, 1):
            err.print(f"\n[{number}/{len(names)}] {name}: {CASES[name]}", style="bold")
            with _noting_failures(record, name, progress):
                if name in _WITH_MUSIC:
                    record.audio = setting.audio.origin
                case: Case = import_module(f"tools.benchmarks.{name}").measure
                for entry in case(setting):
                    record.entries.append(entry)
                    if options.json:
                        record.save(options.json)
            if options.json:
                record.save(options.json)
            show_case(record, name)
    return record


@contextmanager
def _noting_failures(record: Record, case: str, progress: Progress) -> Iterator[None]:
    """Let the other cases go on where one cannot be measured here."""
    try:
        yield
    except EssentiaLDLError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a peer may raise anything
        traceback.print_exception(error)
        reason = f"{type(error).__name__}: {error}"
    else:
        return
    record.skipped[case] = reason
    progress.warn(f"{case} is not measured to its end: {reason}")


def _write(record: Record, options: argparse.Namespace) -> None:
    drawn = None
    if options.plot:
        try:
            write_plot(options.plot, growths(record.entries))
            drawn = options.plot
        except Unavailable as error:
            err.print(f"no plot: {error}", style="yellow", markup=False)
    if options.markdown:
        write_markdown(options.markdown, record, drawn)
    for path in filter(None, (options.json, options.markdown, drawn)):
        err.print(f"Written: {path}", markup=False)


def run() -> None:
    """Run the program and leave with its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
