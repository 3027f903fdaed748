"""The command line of tools/label_recovery.py."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from essentia_ldl.commands.console import console_progress, err, out, show_error
from essentia_ldl.errors import EssentiaLDLError, OptionError
from essentia_ldl.files import check_writable, write_json, write_text
from tools.figures import check_matplotlib
from tools.noisy_labels.block import check_block, write_block
from tools.noisy_labels.command import DATA
from tools.noisy_labels.pyldl_peer import PEERS, check_pyldl
from tools.noisy_labels.recovery import recover
from tools.noisy_labels.recovery_tables import draw_recovery, recovery_markdown
from tools.noisy_labels.truths import demo_blends, simulated

_DESCRIPTION = """\
Give label enhancers one label a track, or a few votes, where the true distribution is known, and
compare what they make of it with the truth: on the demo's music, blends of an acoustic and an
electronic arrangement in known shares, and on real tracks whose labels and votes are drawn from
distributions that are taken for true."""

_EPILOG = """\
written to OUT: recovery.md, recovery.json, labels-recovery.png, demo/ (the music)
PyLDL takes part as in tools/robustness.py."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except EssentiaLDLError as error:
        show_error(error)
        return 1
    except KeyboardInterrupt:
        err.print("interrupted: the music is kept, the same command goes on", markup=False)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python tools/label_recovery.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, default=DATA, metavar="FILE", help="features (.npz)")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    parser.add_argument("--draws", type=int, default=5, metavar="N", help="5 by default")
    parser.add_argument(
        "--pyldl", metavar="PYTHON", help="interpreter of an environment with python-ldl"
    )
    parser.add_argument(
        "--peers",
        default=",".join(PEERS),
        metavar="NAMES",
        help=f"PyLDL's enhancers, with commas; by default {','.join(PEERS)}",
    )
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the results between the file's markers"
    )
    parser.add_argument(
        "--figures", type=Path, metavar="DIR", help="where the picture goes; by default OUT"
    )
    return parser


def _run(options: argparse.Namespace) -> None:
    check_matplotlib()
    check_writable(options.output)
    peers = [name.strip() for name in options.peers.split(",")]
    if unknown := sorted(set(peers) - set(PEERS)):
        raise OptionError(
            f"PyLDL has no {unknown[0]!r}",
            subject="--peers",
            remedy=f"choose from {', '.join(PEERS)}",
        )
    if options.markdown:
        check_block(options.markdown, "recovery")
    if options.pyldl:
        check_pyldl(options.pyldl)
    known = [
        demo_blends(options.output / "demo", console_progress()),
        *simulated(options.data, options.draws),
    ]
    results = recover(known, options.pyldl, lambda line: err.print(line, markup=False), peers)
    picture = (options.figures or options.output) / "labels-recovery.png"
    draw_recovery(picture, results)
    content = recovery_markdown(results)
    write_json(options.output / "recovery.json", [result.to_dict() for result in results])
    write_text(options.output / "recovery.md", content)
    if options.markdown:
        drawn = [("divergence from known distributions, by enhancer", picture)]
        write_block(options.markdown, "recovery", content, drawn)
    out.print(content, markup=False)


def run() -> None:
    """Run the program and leave with its exit code."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(main())
