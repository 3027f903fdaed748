"""What was found, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from essentia_ldl.errors import OptionError
from essentia_ldl.files import write_text
from tools.planted.finders import AUDIT, CLEANLAB
from tools.planted.measurement import Finding

LEAST, AIM = 0.97, 0.985

BEGIN = "<!-- planted errors: begin; written by tools/planted_errors.py --markdown -->"
END = "<!-- planted errors: end -->"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def markdown(findings: Sequence[Finding]) -> str:
    """Return a table of all findings, and a line that judges each material."""
    rows = [
        "| material | planted | finder | AUROC | worst seed | precision among the first n |",
        "|---|---|---|---|---|---|",
        *(
            f"| {found.material} | {found.n_planted} | {found.finder} | "
            f"{np.mean(found.auroc):.4f} | {min(found.auroc):.4f} | "
            f"{np.mean(found.precision):.3f} |"
            for found in findings
        ),
    ]
    return "\n".join([*rows, "", *(f"- {line}" for line in verdicts(findings))]) + "\n"


def verdicts(findings: Sequence[Finding]) -> Iterator[str]:
    """Say of each material what the audit reached, and whether it is behind cleanlab."""
    by_name = {(found.material, found.finder): found for found in findings}
    for name in dict.fromkeys(found.material for found in findings):
        own = np.array(by_name[name, AUDIT].auroc)
        reached = "reached" if own.mean() >= LEAST else "MISSED"
        aim = "reached" if own.mean() >= AIM else "missed"
        compared = []
        for peer in CLEANLAB:
            other = np.array(by_name[name, peer].auroc)
            better = int((own > other).sum())
            gain = f"{np.mean(own - other):+.4f}"
            compared.append(f"{gain} against {peer} (ahead with {better} of {len(own)} seeds)")
        yield f"{name}: {LEAST} {reached}, {AIM} {aim}; {', '.join(compared)}"


def write_block(path: Path, content: str) -> None:
    """Put the results between the markers of a Markdown file.

    Raises
    ------
    OptionError
        If it cannot be read, or has no markers.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"cannot be read: {error}", subject=path) from error
    if not _BLOCK.search(text):
        raise OptionError(
            "has no place for the results",
            subject=path,
            remedy=f"put two lines into it: {BEGIN} and {END}",
        )
    block = f"{BEGIN}\n\n{content}\n{END}"
    # A function, since a text would have its backslashes read.
    write_text(path, _BLOCK.sub(lambda _: block, text))
