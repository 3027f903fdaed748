"""The report as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from essentia_ldl.report import formatting
from essentia_ldl.report.accuracy import accuracy_figure
from essentia_ldl.report.confusion import confusion_matrix
from essentia_ldl.report.distributions import LabelDistributions
from essentia_ldl.report.histogram import HEIGHT, expected_by_chance, histogram_panels
from essentia_ldl.report.variants import Variant, read_variants
from essentia_ldl.report.verdict import judge

_FILTERS = ("accuracy", "signed", "p_value", "percent", "duration", "parity")
_SETTINGS = ("backbone", "folds", "repeats", "epochs", "seed")
# What a report may lack. The templates are strict, so that a misspelt name cannot go unnoticed.
_OPTIONAL: dict[str, Any] = dict.fromkeys(_SETTINGS) | {
    "grouped": None,
    "baselines": {},
    "exported": None,
    "skipped": [],
    "warnings": [],
    "versions": {},
    "seconds": {},
}
_OPTIONAL_EXPORTED: dict[str, Any] = dict.fromkeys(
    ("labels", "pb", "json", "sha256", "parity_max_abs_diff", "snippet")
)


def render_page(report: Mapping[str, Any], distributions: LabelDistributions) -> str:
    """Return the page: no script, no request to anywhere, the same text for the same input.

    Parameters
    ----------
    report : mapping
        The content of report.json, already plain (see `essentia_ldl.report.plain`).
    distributions : LabelDistributions
        Training targets of each variant, for the histograms.
    """
    report = _OPTIONAL | {key: value for key, value in report.items() if value is not None}
    variants = read_variants(report)
    exported = _OPTIONAL_EXPORTED | report["exported"] if report["exported"] else None
    chance = report["baselines"].get("chance") or 1 / len(report["classes"])
    content = {
        "report": report,
        "exported": exported,
        "head": next((v for v in variants if exported and v.name == exported["labels"]), None),
        "variants": variants,
        "verdict": judge(variants),
        "chance": chance,
        "n_scores": max((len(variant.per_fold) for variant in variants), default=0),
        "accuracy_figure": accuracy_figure(variants, chance),
        "matrices": [confusion_matrix(variant, report["classes"]) for variant in variants],
        "panels": histogram_panels(variants, distributions),
        "panel_height": HEIGHT,
        "d_y_by_chance": expected_by_chance(distributions.labels),
        "settings": {key: report[key] for key in _SETTINGS if report[key] is not None},
        "durations": _durations(report["seconds"], variants),
        "flatten": flatten,
    }
    return _environment().get_template("report.html.j2").render(content)


def flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the leaves of nested settings as (dotted name, text).

    Examples
    --------
    >>> list(flatten({"lmnn": {"n_components": 64}, "scale": True, "space": None}))
    [('lmnn.n_components', '64'), ('scale', 'yes'), ('space', '–')]
    """
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _as_text(value)


def _durations(stages: Mapping[str, float], variants: Sequence[Variant]) -> list[tuple[str, str]]:
    seconds = dict(stages) | {
        f"variant {v.name}": v.seconds for v in variants if v.seconds is not None
    }
    return [(stage, formatting.duration(spent)) for stage, spent in seconds.items()]


def _as_text(value: Any) -> str:
    if value is None:
        return formatting.ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_as_text, value))
    return str(value)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {name: getattr(formatting, name) for name in _FILTERS}
    return environment
