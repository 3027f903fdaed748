"""Features made up for tests: ten genres, each with its own place."""

from pathlib import Path

import numpy as np

from tools.noisy_labels.groupings import GROUPINGS


def write_made_up(path: Path, n_per_class: int = 12) -> Path:
    """Write a file as tools/robustness.py reads it; artists have two tracks, or stay unknown."""
    rng = np.random.default_rng(0)
    labels = np.repeat(sorted(set().union(*GROUPINGS.values())), n_per_class)
    centres = np.repeat(rng.standard_normal((10, 6)), n_per_class, axis=0)
    artists = [f"artist {track // 2}" for track in range(len(labels))]
    artists[0], artists[1] = "", "unknown"
    np.savez(
        path,
        label=labels,
        artist=np.array(artists),
        taggram=(centres[:, None] + rng.standard_normal((len(labels), 3, 6)) / 2).astype("f4"),
        mfcc_s=centres + rng.standard_normal(centres.shape),
    )
    return path
