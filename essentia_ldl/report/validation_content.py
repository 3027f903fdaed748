"""What an external validation found, as typed data: the content of validation.json."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from essentia_ldl.report.content import SkippedFile


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EstimateContent(_Part):
    """A value with its interval."""

    value: float
    low: float
    high: float


class DifferenceContent(EstimateContent):
    """What `model` has more than `other`, on the same tracks."""

    model: str
    other: str


class ModelAccuracyContent(_Part):
    """Accuracy of one model.

    Attributes
    ----------
    balanced_accuracy : EstimateContent
        Mean recall over the classes that have tracks.
    recall : tuple of (EstimateContent or None)
        By class; None for a class without tracks.
    confusion : tuple of tuples of int
        Rows are true classes, columns predicted ones.
    log_loss : float
        In nats.
    calibration_error : float
        Expected calibration error, in [0, 1].
    """

    balanced_accuracy: EstimateContent
    recall: tuple[EstimateContent | None, ...]
    confusion: tuple[tuple[int, ...], ...]
    log_loss: float
    calibration_error: float


class AccuracyContent(_Part):
    """Accuracy of all models, on the tracks with one true class."""

    n_tracks: int
    tracks_per_class: tuple[int, ...]
    models: dict[str, ModelAccuracyContent]
    differences: tuple[DifferenceContent, ...]


class DistancesContent(_Part):
    """Distances to the annotators' votes.

    Attributes
    ----------
    n_tracks : int
    n_divided : int
        Tracks whose votes are not all for one class.
    tracks_per_votes : dict of str to int
        How many tracks have one vote for a class, two, three.
    models, baselines : dict of str to dict of str to EstimateContent
        By name and measure.
    differences : dict of str to tuple of DifferenceContent
        By measure.
    """

    n_tracks: int
    n_divided: int
    tracks_per_votes: dict[str, int]
    models: dict[str, dict[str, EstimateContent]]
    baselines: dict[str, dict[str, EstimateContent]]
    differences: dict[str, tuple[DifferenceContent, ...]]


class ModelContent(_Part):
    """A model that was judged.

    Attributes
    ----------
    path : str
        Its JSON metadata.
    name : str
        What that calls it.
    backbone, engine : str
    seconds : float
        What classifying took, by the clock.
    """

    path: str
    name: str
    backbone: str
    engine: str
    seconds: float


class IntervalsContent(_Part):
    """How the intervals were made.

    Attributes
    ----------
    confidence : float
    n_resamples, seed : int
    unit : str
        What is resampled: "artist" or "track".
    n_units : int
        How many of these all tracks together have.
    """

    confidence: float
    n_resamples: int
    seed: int
    unit: str
    n_units: int


class ValidationContent(_Part):
    """A whole validation.

    Attributes
    ----------
    task : str
        The taxonomy.
    source : str
        The list of tracks.
    audio : str or None
        Folder of an annotation file's audio.
    min_votes : int or None
        Votes for classes that a track needs to have a distribution; None without distances.
    n_tracks : int
        Tracks that all models answered.
    left_out : dict of str to int
        Other tracks of the list, by reason.
    missing, unreadable : tuple of SkippedFile
        Tracks without audio, and audio without sound.
    accuracy : AccuracyContent or None
        None where no track has one true class.
    distances : DistancesContent or None
    """

    task: str
    classes: tuple[str, ...]
    source: str
    audio: str | None
    min_votes: int | None
    n_tracks: int
    left_out: dict[str, int]
    missing: tuple[SkippedFile, ...]
    unreadable: tuple[SkippedFile, ...]
    models: dict[str, ModelContent]
    accuracy: AccuracyContent | None
    distances: DistancesContent | None
    intervals: IntervalsContent
    warnings: tuple[str, ...]
    versions: dict[str, str]
