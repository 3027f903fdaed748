"""What a training run found, as typed data: the content of report.json.

The names are those of the JSON file. Keys that are not named here are kept and shown among the
settings, so that whoever trains can record more without a change here.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def others(self) -> dict[str, Any]:
        """Entries that are not named here, in their order."""
        return self.model_extra or {}


class BalancedAccuracy(_Part):
    """Balanced accuracy of one variant, in [0, 1].

    Attributes
    ----------
    pooled : float
        Over the test tracks of all folds together.
    fold_mean, fold_sd : float
        Mean and sample standard deviation of `per_fold`.
    per_fold : tuple of float
        Repeat after repeat.
    """

    pooled: float
    fold_mean: float
    fold_sd: float
    per_fold: tuple[float, ...]


class LabelEnhancement(_Part):
    """How the labels of a variant were made; its settings are in `others`."""

    description: str


class VariantContent(_Part):
    """Cross-validation of one variant.

    Attributes
    ----------
    loss : str
        Keras' name of the loss that its models were trained with.
    balanced_accuracy : BalancedAccuracy
    confusion : tuple of tuples of int
        Counts of shape (C, C): rows are given classes, columns predicted ones; summed over the
        repeats.
    log_loss : float
        Mean negative log-likelihood (natural logarithm) of the given classes of held-out tracks.
    p_value_vs_none, p_value_vs_none_independent : float or None
        Nadeau and Bengio's corrected paired t-test against the variant none, and the paper's
        independent-samples t-test; None for the variant none itself.
    label_enhancement : LabelEnhancement
    """

    loss: str
    balanced_accuracy: BalancedAccuracy
    confusion: tuple[tuple[int, ...], ...]
    log_loss: float
    p_value_vs_none: float | None
    p_value_vs_none_independent: float | None
    label_enhancement: LabelEnhancement


class Exported(_Part):
    """The exported model.

    Attributes
    ----------
    labels : str
        Its variant.
    pb, metadata : str
        Paths of the graph, and of its description under the JSON's key "json".
    sha256 : str
        Of the graph.
    parity_max_abs_diff : float
        Between Essentia's probabilities and training's own.
    snippet : str
        Python code that uses it.
    """

    labels: str
    pb: str
    metadata: str = Field(alias="json")
    sha256: str
    parity_max_abs_diff: float
    snippet: str


class SkippedFile(_Part):
    """A file that was left out, and why."""

    path: str
    reason: str


class DoubtedTrack(_Part):
    """A track whose label may be wrong, or of which a model is undecided between classes.

    Attributes
    ----------
    path, label, suggested_label : str
    suspicion, ambiguity : float
        From 0 to 1; see `essentia_ldl.audit.AuditedTrack`.
    distribution : dict of str to float
        Probabilities of the classes, by a model that did not learn from the track.
    """

    path: str
    label: str
    suggested_label: str
    suspicion: float
    ambiguity: float
    distribution: dict[str, float]

    def likeliest(self, n_classes: int) -> list[tuple[str, float]]:
        """Return the `n_classes` likeliest classes with their probabilities, the likeliest first.

        Examples
        --------
        >>> track = DoubtedTrack(
        ...     path="a.wav", label="jazz", suggested_label="pop", suspicion=0.9, ambiguity=0.5,
        ...     distribution={"jazz": 0.1, "pop": 0.7, "rock": 0.2},
        ... )
        >>> track.likeliest(2)
        [('pop', 0.7), ('rock', 0.2)]
        """
        ranked = sorted(self.distribution.items(), key=lambda share: -share[1])
        return ranked[:n_classes]


class ShortAudit(_Part):
    """The tracks to listen to first, the worst first."""

    suspicious: tuple[DoubtedTrack, ...]
    ambiguous: tuple[DoubtedTrack, ...]


class MemorisationContent(_Part):
    """Whether a variant's distributions learn labels by heart.

    Attributes
    ----------
    own_class, permuted, by_chance : float
        Mean d_y on the given labels, on labels without meaning, and with random neighbours; see
        `essentia_ldl.labels.Memorisation`.
    flagged : bool
    """

    own_class: float
    permuted: float
    by_chance: float
    flagged: bool


class Report(_Part):
    """A whole training run.

    Attributes
    ----------
    trained : str
        What was trained, in a few words: "heads on msd-musicnn embeddings".
    grouped : bool
        Whether tracks of one group (artist) were kept in one fold.
    variants : dict of str to VariantContent
        By preset; "none" is among them.
    versions : dict of str to str
    seconds : dict of str to float
        What each stage took.
    memorisation : dict of str to MemorisationContent
        By variant; without those that compare no tracks.
    audit : ShortAudit or None
    """

    task: str
    classes: tuple[str, ...]
    n_tracks: int
    trained: str
    folds: int
    repeats: int
    epochs: int
    seed: int
    grouped: bool
    variants: dict[str, VariantContent]
    exported: Exported
    skipped: tuple[SkippedFile, ...]
    warnings: tuple[str, ...]
    versions: dict[str, str]
    seconds: dict[str, float]
    memorisation: dict[str, MemorisationContent] = {}
    audit: ShortAudit | None = None
