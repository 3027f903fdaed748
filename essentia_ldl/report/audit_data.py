"""An audit as the data of its page's script."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from markupsafe import Markup

from essentia_ldl.audit.result import Audit, AuditedTrack
from essentia_ldl.collection.spelling import safe_name
from essentia_ldl.report.plain import plain

#: Enough for percentages; the page's distributions are made to sum to 1 again.
_DECIMALS = 5

# Inside a script element only these could end it or begin a comment; JSON has them in text alone.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def audit_data(audit: Audit, audio: Mapping[int, str]) -> dict[str, Any]:
    """Return what the page's script works on, in plain JSON types; classes are indices.

    Parameters
    ----------
    audit : Audit
    audio : mapping from index of a track to str
        Where the page finds each track's audio, as a URL. Tracks without one cannot be heard.
    """
    index_of = {name: index for index, name in enumerate(audit.classes)}
    data: dict[str, Any] = plain(
        {
            "identity": audit_identity(audit),
            "exportName": f"{safe_name(audit.name)}-corrected.csv",
            "classes": list(audit.classes),
            "tracks": [
                _track_data(track, index_of, audio.get(index))
                for index, track in enumerate(audit.tracks)
            ],
            "duplicates": [
                {
                    "first": pair.first,
                    "second": pair.second,
                    "similarity": round(pair.similarity, _DECIMALS),
                    "kind": pair.kind,
                }
                for pair in audit.duplicates
            ],
        }
    )
    return data


def audit_identity(audit: Audit) -> str:
    """Return what tells the audit of these tracks with these labels from every other.

    A second audit of the same labels has the same identity, whatever its scores.
    """
    labels = [[track.path, track.label] for track in audit.tracks]
    content = json.dumps([audit.name, audit.classes, labels])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def script_json(data: Any) -> Markup:
    r"""Return JSON that can stand inside a script element.

    Examples
    --------
    >>> print(script_json({"name": "</script>\u2028"}))
    {"name":"\u003c/script\u003e\u2028"}
    """
    text = json.dumps(data, allow_nan=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))


def _track_data(
    track: AuditedTrack, index_of: Mapping[str, int], audio: str | None
) -> dict[str, Any]:
    return {
        # The corrected collection works from any folder: its paths are absolute.
        "path": os.path.abspath(track.path),
        "name": PurePath(track.path).name,
        "label": index_of[track.label],
        "suggested": index_of[track.suggested_label],
        "suspicion": round(track.suspicion, _DECIMALS),
        "ambiguity": round(track.ambiguity, _DECIMALS),
        "knn": round(track.neighbor_suspicion, _DECIMALS),
        "distribution": [round(share, _DECIMALS) for share in track.distribution],
        "neighbors": list(track.neighbors),
        "votes": _votes(track, index_of),
        "group": track.group,
        "position": [round(coordinate, _DECIMALS) for coordinate in track.position],
        "audio": audio,
    }


def _votes(track: AuditedTrack, index_of: Mapping[str, int]) -> list[float] | None:
    """Return a track's votes as one number for each class, as the corrected collection has them."""
    if track.votes is None:
        return None
    votes = dict(track.votes)
    return [votes.get(name, 0) for name in index_of]
