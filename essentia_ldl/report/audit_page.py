"""An audit as one self-contained HTML page: to listen to, to decide on, and to export from."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from essentia_ldl.audit.result import Audit, Duplicate, Overlap
from essentia_ldl.collection.spelling import printable
from essentia_ldl.files import write_text
from essentia_ldl.report.audit_audio import audio_urls
from essentia_ldl.report.audit_data import audit_data, script_json
from essentia_ldl.report.formatting import percent
from essentia_ldl.report.page import environment, flatten

#: Longer tables are folded.
LONG_LIST = 25
#: Of classes in audit.css; the script has the same number.
N_COLOURS = 12
#: Pairs of classes that are shown.
MOST_OVERLAPS = 15

_HERE = Path(__file__).parent
_STYLES = ("report.css", "audit.css")


@dataclass(frozen=True)
class ClassBalance:
    """One class: its tracks, and for how many of them the audit suggests another.

    Attributes
    ----------
    name : str
    index : int
        In the audit's classes.
    n_tracks, n_doubted : int
    of_largest : float
        Tracks, as a share of the largest class's.
    """

    name: str
    index: int
    n_tracks: int
    n_doubted: int
    of_largest: float


@dataclass(frozen=True)
class OverlapRow:
    """Two classes that are taken for each other, and how often in either direction."""

    overlap: Overlap
    first: int
    second: int
    n_first_as_second: int
    n_second_as_first: int


def write_audit_page(audit: Audit, out: Path, *, audio: Mapping[int, str] | None = None) -> Path:
    """Write OUT/audit.html, which opens from disk and asks nothing of any network.

    The same audit gives the same bytes.

    Parameters
    ----------
    audit : Audit
    out : Path
        Folder, made where absent.
    audio : mapping from index of a track to str, optional
        Relative URLs from the page to each track's audio: `copy_audio`'s, or by default those of
        the files where they are (`audio_urls`).

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    page = out / "audit.html"
    write_text(page, render_audit(audit, audio_urls(audit, out) if audio is None else audio))
    return page


def render_audit(audit: Audit, audio: Mapping[int, str]) -> str:
    """Return the page as text; see `write_audit_page`."""
    # Escaped already, by their authors: the style and the script are this package's own.
    style = Markup("\n".join(_read(name) for name in _STYLES))
    script = Markup(_script())
    content = {
        "audit": audit,
        "data": script_json(audit_data(audit, audio)),
        "style": style,
        "style_hash": _policy_hash(style),
        "script": script,
        "script_hash": _policy_hash(script),
        "balance": list(_balance(audit)),
        "overlaps": list(_overlap_rows(audit))[:MOST_OVERLAPS],
        "duplicates": [_named(audit, pair) for pair in audit.duplicates],
        "skipped": audit.skipped,
        "long_list": LONG_LIST,
        "has_groups": any(track.group is not None for track in audit.tracks),
        "has_votes": any(track.votes is not None for track in audit.tracks),
        "n_colours": N_COLOURS,
        "percent": percent,
        "flatten": flatten,
    }
    return printable(environment().get_template("audit.html.j2").render(content))


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _script() -> str:
    """Join the parts of the script, which share one scope, in the order of their names."""
    parts = sorted((_HERE / "audit_script").glob("*.js"))
    joined = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return f'(() => {{\n"use strict";\n{joined}}})();\n'


def _policy_hash(text: str) -> str:
    """Name an inline script or style in a Content-Security-Policy, which then runs no other."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _balance(audit: Audit) -> Iterator[ClassBalance]:
    largest = max(audit.balance.values(), default=0) or 1
    for index, (name, n_tracks) in enumerate(audit.balance.items()):
        doubted = sum(t.label == name != t.suggested_label for t in audit.tracks)
        yield ClassBalance(name, index, n_tracks, doubted, n_tracks / largest)


def _overlap_rows(audit: Audit) -> Iterator[OverlapRow]:
    taken = [(track.label, track.suggested_label) for track in audit.tracks]
    for overlap in audit.overlaps:
        yield OverlapRow(
            overlap,
            audit.classes.index(overlap.first),
            audit.classes.index(overlap.second),
            taken.count((overlap.first, overlap.second)),
            taken.count((overlap.second, overlap.first)),
        )


def _named(audit: Audit, pair: Duplicate) -> dict[str, Any]:
    """Return a pair of copies as the table shows it: (index, name, label) of either track."""
    either = [(index, audit.tracks[index]) for index in (pair.first, pair.second)]
    return {
        "kind": pair.kind,
        "similarity": pair.similarity,
        "same_label": pair.same_label,
        "tracks": [(index, Path(track.path).name, track.label) for index, track in either],
    }
