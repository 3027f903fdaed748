"""An audit as a table, for spreadsheets and for programs that read cleanlab's."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.audit.result import Audit
from essentia_ldl.report.spreadsheet import csv_table

COLUMNS = (
    "path",
    "label",
    "suggested_label",
    "suspicion",
    "ambiguity",
    "duplicate_of",
    "neighbors",
    "neighbor_suspicion",
    "is_label_issue",
    "label_quality",
    "given_label",
    "predicted_label",
)
"""The last four are those of cleanlab's `CleanLearning.find_label_issues`."""


def audit_table(audit: Audit) -> str:
    """Return a row for each track, in the collection's order, as `csv_table` writes them.

    ``duplicate_of`` is the path of the first track with the same recording, or empty;
    ``neighbors`` is a JSON list of the paths of the most similar tracks. ``label_quality`` is one
    minus the suspicion, cleanlab's self-confidence.

    Examples
    --------
    >>> from essentia_ldl.audit import AuditedTrack
    >>> tracks = (
    ...     AuditedTrack("a.wav", "jazz", "jazz", 0.25, 0.81, (0.75, 0.25), (1,), 0.0),
    ...     AuditedTrack("b.wav", "pop", "jazz", 0.875, 0.54, (0.875, 0.125), (0,), 1.0),
    ... )
    >>> print(audit_table(Audit("demo", ("jazz", "pop"), tracks)).splitlines()[2])
    "b.wav","pop","jazz",0.875,0.54,"","[""a.wav""]",1.0,"True",0.125,"pop","jazz"
    """
    issues = label_issues(
        np.array([track.distribution for track in audit.tracks]).reshape(-1, len(audit.classes)),
        [audit.classes.index(track.label) for track in audit.tracks],
    )
    return csv_table(
        COLUMNS,
        (
            (
                track.path,
                track.label,
                track.suggested_label,
                track.suspicion,
                track.ambiguity,
                "" if track.duplicate_of is None else audit.tracks[track.duplicate_of].path,
                json.dumps([audit.tracks[row].path for row in track.neighbors]),
                track.neighbor_suspicion,
                str(issue),
                1 - track.suspicion,
                track.label,
                track.suggested_label,
            )
            for track, issue in zip(audit.tracks, issues.tolist(), strict=True)
        ),
    )


def label_issues(distributions: NDArray[np.float64], codes: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which labels are confidently another class.

    That class is the likeliest, and at least as likely as it is, on average, for the tracks that
    are labelled so.

    Parameters
    ----------
    distributions : np.ndarray [shape=(n_tracks, n_classes)]
        Out of fold.
    codes : sequence of int, length n_tracks
        Each track's given class, as a column of `distributions`.

    References
    ----------
    C. Northcutt, L. Jiang and I. Chuang, "Confident learning: estimating uncertainty in dataset
    labels", JAIR 70, 2021, equation 2: the thresholds.
    """
    given = np.asarray(codes, dtype=np.intp)
    one_hot = np.eye(distributions.shape[1])[given]
    sizes = np.maximum(one_hot.sum(axis=0), 1)
    thresholds = (one_hot * distributions).sum(axis=0) / sizes
    rows, best = np.arange(len(given)), distributions.argmax(axis=1)
    likelier = distributions[rows, best] > distributions[rows, given]
    return np.asarray(likelier & (distributions[rows, best] >= thresholds[best]), dtype=np.bool_)
