"""Audits with known content."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from essentia_ldl.audit.result import Audit, AuditedTrack, Duplicate, Overlap
from essentia_ldl.collection import Skipped

CLASSES = ("blues", "jazz", "rock")


def make_audit(
    n_tracks: int = 12,
    classes: Sequence[str] = CLASSES,
    paths: Sequence[str | Path] = (),
    *,
    grouped: bool = True,
    seed: int = 0,
) -> Audit:
    """Return an audit of tracks whose suspicion falls with their index.

    Of the first track and every fifth after it another class than the given one is suggested; the
    first two are one recording under two labels.
    """
    rng = np.random.default_rng(seed)
    n_classes = len(classes)
    tracks = []
    for index in range(n_tracks):
        label = index % n_classes
        own = 0.1 if index % 5 == 0 else 0.5 + 0.45 * index / n_tracks
        shares = rng.dirichlet(np.ones(n_classes - 1)) * (1 - own)
        shares = np.insert(shares, label, own)
        entropy = -sum(share * math.log(share) for share in shares if share > 0)
        near = [(index + step) % n_tracks for step in range(1, min(6, n_tracks))]
        tracks.append(
            AuditedTrack(
                path=str(paths[index]) if paths else f"/music/artist {index // 2}/{index:04d}.wav",
                label=classes[label],
                suggested_label=classes[int(shares.argmax())],
                suspicion=1 - own,
                ambiguity=min(entropy / math.log(n_classes), 1.0),
                distribution=tuple(shares.tolist()),
                neighbors=tuple(near),
                neighbor_suspicion=sum(n % n_classes != label for n in near) / len(near),
                group=f"artist {index // 2}" if grouped else None,
                position=(float(rng.random()), float(rng.random())),
            )
        )
    tracks[1] = replace(tracks[1], duplicate_of=0)
    return Audit(
        "my music",
        tuple(classes),
        tuple(tracks),
        overlaps=(Overlap(classes[0], classes[1], 0.31, 2),),
        duplicates=(Duplicate(0, 1, 0.97, "near", same_label=False),),
        skipped=(Skipped("/music/empty.mp3", "is empty (remove it)"),),
        warnings=("rock has few tracks",),
        settings={"space": "embedding", "folds": 5},
        versions={"numpy": "2.2"},
    )
