"""The command line of tools/planted_errors.py."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from essentia_ldl.commands.console import console_progress, out, show_error
from essentia_ldl.errors import EssentiaLDLError, OptionError
from essentia_ldl.files import write_json
from essentia_ldl.progress import Progress
from essentia_ldl.versions import package_version
from tools.planted.finders import finders
from tools.planted.materials import materials
from tools.planted.measurement import Finding, measure
from tools.planted.tables import markdown, write_block

_DATA = Path(__file__).resolve().parents[2].parent / "shared/data"
_PACKAGES = ("scikit-learn", "numpy", "scipy", "cleanlab")

_DESCRIPTION = """\
Give a share of real tracks a wrong label, and see how well the audit tells them from the others,
beside cleanlab's self-confidence on the same embeddings and the same wrong labels."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        _run(options, console_progress())
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tools/planted_errors.py", description=_DESCRIPTION
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=_DATA,
        metavar="DIR",
        help="gtzan-taggrams/train.npz and gtzan/GENRE/*.flac; by default ../shared/data",
    )
    parser.add_argument("--share", type=float, default=0.1, help="of wrong labels; 0.1 by default")
    parser.add_argument("--seeds", type=int, default=12, metavar="N", help="12 by default")
    parser.add_argument("--jobs", type=int, metavar="N", help="worker processes for embeddings")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every seed's numbers")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the table between the file's markers"
    )
    return parser


def _run(options: argparse.Namespace, progress: Progress) -> None:
    if not 0 < options.share < 1 or options.seeds < 1:
        raise OptionError("there must be a seed, and a share between 0 and 1", subject="options")
    all_finders = finders()
    found: list[Finding] = []
    loaded = materials(options.data, options.jobs, progress)
    with progress.stage("Looking for errors", len(loaded) * len(all_finders)) as advance:
        for material in loaded:
            for finder in all_finders:
                found += measure(material, finder, share=options.share, seeds=range(options.seeds))
                advance(1)
    versions = {package: package_version(package) for package in _PACKAGES}
    listed = ", ".join(f"{package} {number}" for package, number in versions.items())
    content = (
        f"{options.share:.0%} of the labels wrong, {options.seeds} seeds; {listed}.\n\n"
        + markdown(found)
    )
    if options.json:
        findings = [asdict(finding) for finding in found]
        write_json(
            options.json, {"share": options.share, "versions": versions, "findings": findings}
        )
    if options.markdown:
        write_block(options.markdown, content)
    out.print(content, markup=False)


def run() -> None:
    """Run the program and leave with its exit code."""
    sys.exit(main())
