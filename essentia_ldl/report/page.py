"""The report as one self-contained HTML page."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from essentia_ldl.report import formatting
from essentia_ldl.report.accuracy import accuracy_figure
from essentia_ldl.report.confusion import confusion_matrix
from essentia_ldl.report.content import Report
from essentia_ldl.report.distributions import LabelDistributions
from essentia_ldl.report.histogram import HEIGHT, expected_by_chance, histogram_panels
from essentia_ldl.report.variants import read_variants
from essentia_ldl.report.verdict import judge

_FILTERS = ("accuracy", "signed", "interval", "p_value", "percent", "parity")
_SETTINGS = ("folds", "repeats", "epochs", "seed")


def render_page(report: Report, distributions: LabelDistributions) -> str:
    """Return the page: no script, no request to anywhere, the same text for the same input.

    Parameters
    ----------
    report : Report
    distributions : LabelDistributions
        Training targets of each variant, for the histograms.
    """
    variants = read_variants(report)
    chance = 1 / len(report.classes)
    content = {
        "report": report,
        "variants": variants,
        "head": report.variants[report.exported.labels],
        "verdict": judge(variants),
        "chance": chance,
        "chance_log_loss": math.log(len(report.classes)),
        "n_scores": report.folds * report.repeats,
        "accuracy_figure": accuracy_figure(variants, chance),
        "matrices": [confusion_matrix(variant, report.classes) for variant in variants],
        "panels": histogram_panels(variants, distributions),
        "panel_height": HEIGHT,
        "d_y_by_chance": expected_by_chance(distributions.labels),
        "settings": {key: getattr(report, key) for key in _SETTINGS} | report.others,
        "durations": [(stage, formatting.duration(s)) for stage, s in report.seconds.items()],
        "absent": formatting.ABSENT,
        "flatten": flatten,
    }
    return environment().get_template("report.html.j2").render(content)


def flatten(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the leaves of nested settings as (dotted name, text).

    Steps of a scikit-learn pipeline, which are pairs of a name and settings, count as nested.

    Examples
    --------
    >>> list(flatten({"scale": True, "space": None, "steps": [["lmnn", {"n_components": 64}]]}))
    [('scale', 'yes'), ('space', '–'), ('steps.lmnn.n_components', '64')]
    """
    for key, value in settings.items():
        nested = dict(value) if _is_steps(value) else value
        if isinstance(nested, Mapping):
            yield from flatten(nested, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _as_text(nested)


def _is_steps(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(step, list) and len(step) == 2 and isinstance(step[1], Mapping) for step in value
    )


def _as_text(value: Any) -> str:
    if value is None:
        return formatting.ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_as_text, value))
    return str(value)


def environment() -> Environment:
    """Return what fills in the templates beside this module; text is escaped for HTML."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {name: getattr(formatting, name) for name in _FILTERS}
    return made
