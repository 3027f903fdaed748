"""Tracks of which the true label distributions are known, and labels drawn from these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Collection
from essentia_ldl.features import extract_features
from essentia_ldl.progress import Progress
from essentia_ldl.zoo import find_backbone
from tools.demo.collection import Clip, render_collection, render_fresh
from tools.noisy_labels.groupings import GENRES, classes_of
from tools.noisy_labels.material import Material, genre_posterior, material_at

Values = NDArray[np.float64]

_NEAREST = 10
_VOTERS = (3, 5)


@dataclass(frozen=True, eq=False)
class Known:
    """Tracks, what their distributions are, and the labels that an enhancer gets to see.

    Attributes
    ----------
    title : str
    X : np.ndarray [shape=(n_tracks, n_values)]
        Mean embeddings.
    truth : np.ndarray [shape=(n_tracks, n_classes)]
    votes : np.ndarray [shape=(n_tracks, n_classes)]
        How many annotators named each class; one each where there is one label.
    groups : np.ndarray [shape=(n_tracks,)]
    judged : np.ndarray [shape=(n_tracks,)], bool
        The tracks that count.
    """

    title: str
    X: Values
    truth: Values
    votes: Values
    groups: NDArray[np.int64]
    judged: NDArray[np.bool_]

    @property
    def labels(self) -> NDArray[np.int64]:
        """The class with most votes; the first of equal ones."""
        return np.asarray(self.votes.argmax(axis=1))


def demo_blends(folder: Path, progress: Progress) -> Known:
    """Make music of which the acoustic share is known, and embed it.

    Half of the pieces are acoustic or electronic alone; the others are blends of a piece in both
    arrangements, which alone are judged. A clip's one label is the greater side, as in the demo.

    Raises
    ------
    EssentiaLDLError
        If the synthesizer or the backbone is not there, or a file cannot be written.
    """
    made = [
        ("collection", render_collection(folder / "collection", n_clips=40, progress=progress)),
        ("fresh", render_fresh(folder / "fresh", n_pure=20, n_pieces=10, progress=progress)),
    ]
    backbone = find_backbone("msd-musicnn")
    X: list[Values] = []
    clips: list[Clip] = []
    pieces: list[str] = []
    for name, rendered in made:
        collection, features = extract_features(
            Collection.from_table(rendered.table),
            backbone=backbone,
            cache_dir=folder / "cache",
            progress=progress,
        )
        by_path = {clip.path: clip for clip in rendered.clips}
        found = [by_path[f"clips/{track.path.name}"] for track in collection.tracks]
        clips += found
        pieces += [f"{name} {clip.piece}" for clip in found]
        X.append(features.space("embedding"))
    shares = np.array([clip.proportion_acoustic for clip in clips])
    truth = np.stack([shares, 1 - shares], axis=1)
    return Known(
        "demo blends",
        np.concatenate(X),
        truth,
        np.eye(2)[[int(clip.label != "acoustic") for clip in clips]],
        np.unique(pieces, return_inverse=True)[1],
        np.array([clip.kind == "blend" for clip in clips]),
    )


def simulated(data: Path, n_draws: int) -> Iterator[Known]:
    """Draw labels and votes for real tracks from distributions that are taken for true.

    A track's true distribution is the mean of two posteriors from the right labels of other
    tracks: a linear classifier's, out of fold, and a Gaussian kernel's over the embeddings. So it
    is neither's own kind.

    Yields
    ------
    Known
        For each draw, first with one annotator a track, then with three to five.
    """
    material = material_at(data)
    y = classes_of(GENRES, material.genres)
    truth = (genre_posterior(data) + _kernel_posterior(material, y)) / 2
    for draw in range(n_draws):
        rng = np.random.default_rng(draw)
        voters = rng.integers(_VOTERS[0], _VOTERS[1], size=len(y), endpoint=True)
        for title, counts in (("one label", np.ones_like(voters)), ("3-5 votes", voters)):
            yield Known(
                f"{len(y)} tracks, {title}",
                np.asarray(material.space("embedding")),
                truth,
                rng.multinomial(counts, truth / truth.sum(axis=1, keepdims=True)).astype(float),
                material.artists,
                np.ones(len(y), dtype=bool),
            )


def _kernel_posterior(material: Material, y: NDArray[np.int64]) -> Values:
    """Share of each class among other tracks, by a Gaussian as wide as the tenth is far."""
    points = np.asarray(material.space("embedding"))
    squares = np.square(points[:, None] - points).sum(axis=-1)
    np.fill_diagonal(squares, np.inf)
    widths = np.sort(squares, axis=1)[:, _NEAREST - 1]
    weights = np.exp(-squares / (2 * widths[:, None]))
    shares = weights @ np.eye(y.max() + 1)[y]
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
