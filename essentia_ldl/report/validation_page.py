"""An external validation as one self-contained HTML page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from essentia_ldl.report import formatting
from essentia_ldl.report.confusion import confusion_matrix
from essentia_ldl.report.page import environment, flatten
from essentia_ldl.report.validation_content import (
    AccuracyContent,
    DifferenceContent,
    EstimateContent,
    ModelAccuracyContent,
    ValidationContent,
)
from essentia_ldl.report.variants import N_COLOURS

#: Longer lists of tracks are folded.
LONG_LIST = 25


@dataclass(frozen=True)
class JudgedModel:
    """The accuracy of one model as the page shows it.

    Attributes
    ----------
    name : str
    found : ModelAccuracyContent
    colour : int
        Index of its colour on the page.
    """

    name: str
    found: ModelAccuracyContent
    colour: int


@dataclass(frozen=True)
class Measure:
    """A column of the table of distances.

    Attributes
    ----------
    key : str
        In validation.json.
    title : str
    better : str
        "less" or "more".
    """

    key: str
    title: str
    better: str


MEASURES = (
    Measure("kullback_leibler", "Kullback-Leibler", "less"),
    Measure("chebyshev", "Chebyshev", "less"),
    Measure("clark", "Clark", "less"),
    Measure("canberra", "Canberra", "less"),
    Measure("cosine", "Cosine", "more"),
    Measure("intersection", "Intersection", "more"),
)

BASELINES = {
    "uniform": "the same for every class",
    "prior": "the mean of all votes",
    "majority": "certain of the class with most votes",
}


def render_validation(report: ValidationContent) -> str:
    """Return the page: no script, no request to anywhere, the same text for the same input.

    Parameters
    ----------
    report : ValidationContent
    """
    accuracy = report.accuracy
    models = judged_models(accuracy) if accuracy else ()
    colours = {name: index % N_COLOURS for index, name in enumerate(report.models)}
    content: dict[str, Any] = {
        "report": report,
        "variants": models,
        "colours": colours,
        "chance": chance(accuracy) if accuracy else None,
        "chance_log_loss": math.log(len(report.classes)),
        "matrices": [confusion_matrix(model, report.classes) for model in models],
        "confidence": formatting.percent(report.intervals.confidence),
        "verdicts": [verdict(difference) for difference in accuracy.differences]
        if accuracy
        else [],
        "measures": MEASURES,
        "baselines": BASELINES,
        "settings": _settings(report),
        "long_list": LONG_LIST,
        "absent": formatting.ABSENT,
        "flatten": flatten,
        "bounds": bounds,
        "percent_of": percent_of,
    }
    return environment().get_template("validation.html.j2").render(content)


def judged_models(accuracy: AccuracyContent) -> tuple[JudgedModel, ...]:
    """Return the models in the order of the report, each with its colour."""
    return tuple(
        JudgedModel(name, found, index % N_COLOURS)
        for index, (name, found) in enumerate(accuracy.models.items())
    )


def chance(accuracy: AccuracyContent) -> float:
    """Balanced accuracy of one answer for every track: 1 / the number of classes with tracks."""
    return 1 / sum(n > 0 for n in accuracy.tracks_per_class)


def verdict(difference: DifferenceContent) -> str:
    """Say in a sentence which of two models is more accurate, if these tracks tell.

    Examples
    --------
    >>> print(verdict(DifferenceContent(model="b", other="a", value=-0.1, low=-0.2, high=-0.05)))
    a is more accurate than b, by 0.100 (0.050 to 0.200).
    """
    one, other = difference.model, difference.other
    value, low, high = difference.value, difference.low, difference.high
    if low <= 0 <= high:
        return (
            f"These tracks do not tell whether {one} or {other} is more accurate: {one} has "
            f"{formatting.signed(value)} ({bounds(difference)})."
        )
    if high < 0:
        one, other, value, low, high = other, one, -value, -high, -low
    return (
        f"{one} is more accurate than {other}, by {formatting.accuracy(value)} "
        f"({formatting.interval(low, high)})."
    )


def bounds(estimate: EstimateContent) -> str:
    """Print the interval of an estimate."""
    return formatting.interval(estimate.low, estimate.high)


def percent_of(value: float) -> float:
    """Horizontal position of a proportion, in per cent of a figure's width."""
    return round(100 * value, 3)


def _settings(report: ValidationContent) -> Sequence[tuple[str, dict[str, Any]]]:
    return [
        *((f"Model {name}", model.model_dump()) for name, model in report.models.items()),
        ("Tracks", {"source": report.source, "audio": report.audio, "votes": report.min_votes}),
        ("Intervals", report.intervals.model_dump()),
        ("Versions", dict(report.versions)),
    ]
