"""What every approach has in common: features in, a learner, an exported model out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from essentia_ldl.collection import Collection
from essentia_ldl.features import Features, MFCCExtractor
from essentia_ldl.networks.learner import Learner
from essentia_ldl.progress import Progress

if TYPE_CHECKING:
    from essentia_ldl.export.classifier import ExportedClassifier


@dataclass(frozen=True)
class Making:
    """What the JSON of an exported model says of how it was made.

    Attributes
    ----------
    task : str
    classes : tuple of str
        In the order of the outputs.
    dataset, label_enhancement, training : mapping
        See `essentia_ldl.export.classifier.head_metadata`.
    """

    task: str
    classes: tuple[str, ...]
    dataset: Mapping[str, Any]
    label_enhancement: Mapping[str, Any]
    training: Mapping[str, Any]


@dataclass(frozen=True)
class Export:
    """An exported model, and the few lines of Essentia that use it."""

    classifier: ExportedClassifier
    snippet: str


class Approach(Protocol):
    """What is trained, on what, and how it is exported."""

    @property
    def default_epochs(self) -> int:
        """Epochs where the user names none."""

    @property
    def learner(self) -> Learner:
        """Trains on the features that `extract` gives."""

    def extract(
        self,
        collection: Collection,
        mfcc: MFCCExtractor | None,
        *,
        embedding: bool = False,
        jobs: int | None,
        progress: Progress,
    ) -> tuple[Collection, Features]:
        """Extract what the learner needs, and the spaces of labels that are wanted.

        Parameters
        ----------
        collection : Collection
        mfcc : MFCCExtractor or None
            How to compute MFCC; None where they are not wanted.
        embedding : bool
            Whether a backbone's embeddings are wanted, which heads learn from anyway.
        jobs : int or None
        progress : Progress

        Raises
        ------
        EssentiaLDLError
            If no track is left, or a backbone cannot be run.
        """

    def for_space(self) -> dict[str, Any]:
        """Backbone and engine of the embeddings that labels are compared by."""

    def for_report(self) -> dict[str, Any]:
        """Entries of report.json that say what was trained."""

    def for_metadata(self) -> dict[str, Any]:
        """Entries of the exported JSON's ``training`` that say the same."""

    def export(self, model: Any, features: Features, making: Making, out: Path) -> Export:
        """Write the model under the folder `out`, once Essentia was seen to give its numbers.

        Raises
        ------
        ParityError
            If it does not.
        OutputError
            If the folder cannot be written.
        """
