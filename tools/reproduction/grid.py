"""What there is to run: the cells of the paper's table, and of the one that it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tools.reproduction.sources import Source

LABELS = ("none", "s_a", "s_b")
#: Losses that every kind of labels is trained with, apart from the paper's own choice.
LOSSES = (
    "categorical_crossentropy",
    "mean_absolute_error",
    "kullback_leibler_divergence",
    "generalized_crossentropy",
)
#: The loss of a run in which each kind of labels has the paper's: cross-entropy for None, mean
#: absolute error for S_A and S_B.
PAPERS = "paper's"

HEAD = "head"
ARCHITECTURES = (HEAD, "musicnn", "vgg")
MODES = ("frozen", "scratch", "finetuned")


@dataclass(frozen=True)
class Cell:
    """One cross-validation of all kinds of labels: they share folds, weights and patches.

    Attributes
    ----------
    source : str
        A collection's name.
    architecture : {"head", "musicnn", "vgg"}
        "head" is the transfer-learning stack: a head on MusiCNN's embeddings.
    mode : {"frozen", "scratch", "finetuned"}
    loss : str
        Of all kinds of labels, or `PAPERS`.
    seed : int
    """

    source: str
    architecture: str
    mode: str
    loss: str
    seed: int

    @property
    def key(self) -> str:
        """Name of the cell's file, without suffix."""
        loss = self.loss.replace("'", "")
        return f"{self.source}/{self.architecture}-{self.mode}-{loss}-{self.seed}"

    def to_dict(self) -> dict[str, Any]:
        """Return what a file holds of it."""
        return asdict(self)


def paper_cells(
    sources: Sequence[Source],
    architectures: Sequence[str],
    modes: Sequence[str],
    seeds: Sequence[int],
) -> Iterator[Cell]:
    """Yield the cells of the paper's Table 2 that can be run, the quick ones first.

    Features alone give heads alone; a head is always trained on frozen features.
    """
    for architecture in sorted(architectures, key=ARCHITECTURES.index):
        for mode in sorted(modes, key=MODES.index):
            for source in sources:
                if architecture == HEAD and mode != "frozen":
                    continue
                if architecture != HEAD and not source.has_audio:
                    continue
                for seed in seeds:
                    yield Cell(source.name, architecture, mode, PAPERS, seed)


def loss_cells(
    sources: Sequence[Source], losses: Sequence[str], seeds: Sequence[int]
) -> Iterator[Cell]:
    """Yield the cells of labels x loss: every kind of labels with every loss, by heads."""
    for loss in losses:
        for source in sources:
            for seed in seeds:
                yield Cell(source.name, HEAD, "frozen", loss, seed)
