"""Scores as Markdown for people and as CSV for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np

from essentia_ldl.labels import BASELINE
from tools.noisy_labels.bounds import BOUNDS
from tools.noisy_labels.methods import ROBUST
from tools.noisy_labels.scores import MEASURES, Scores
from tools.noisy_labels.verdicts import NOISY, gains_of, nll_ratio, verdicts

_HEADINGS = {
    "accuracy": "balanced accuracy",
    "nll": "NLL",
    "ece": "ECE",
    "brier": "Brier",
}
_GAINS = ("gain over none", "p", "worst gain", "NLL / none's")


def markdown(scores: Scores) -> str:
    """Lay out verdicts, the means of every method, and every setting at 20 % noise."""
    parts = ["### Verdicts", _verdicts(scores), "### Means over settings", _means(scores)]
    parts += [
        _legend(scores),
        *_bounds(scores),
        f"### Every setting: clean, and {NOISY:.0%} noise",
        _each(scores),
    ]
    return "\n\n".join(parts) + "\n"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _verdicts(scores: Scores) -> str:
    rows = [
        [str(number), verdict.demand, "yes" if verdict.holds else "**no**", verdict.found]
        for number, verdict in enumerate(verdicts(scores), 1)
    ]
    return table(["", "asked of robust", "holds", "found"], rows)


def _means(scores: Scores) -> str:
    headings = ["noise", "labels", "settings", "repeats", *_HEADINGS.values(), *_GAINS]
    rates = sorted({setting.rate for setting in scores.settings(BASELINE)})
    rows = [
        [f"{rate:.0%}", *_row(scores, name, rate)]
        for rate in rates
        for name in scores.methods
        if scores.settings(name, rate) and name not in BOUNDS
    ]
    return table(headings, rows)


def _bounds(scores: Scores) -> list[str]:
    """Lay out what could be gained by knowing the right labels; nothing where no bound was run."""
    rows = [
        [f"{bound.__doc__}".rstrip("."), *list(_row(scores, name, NOISY))[1:]]
        for name, bound in BOUNDS.items()
        if name in scores.methods
    ]
    if not rows:
        return []
    headings = ["a head learns from", "settings", "repeats", *_HEADINGS.values(), *_GAINS]
    return [
        f"### What could be gained at {NOISY:.0%}, if the right labels were known",
        table(headings, [[ROBUST, *list(_row(scores, ROBUST, NOISY))[1:]], *rows]),
    ]


def _row(scores: Scores, name: str, rate: float) -> Iterator[str]:
    settings = scores.settings(name, rate)
    partial = len(settings) < len(scores.settings(BASELINE, rate))
    yield f"{name}{' ‡' if partial else ''}"
    yield str(len(settings))
    yield str(min(len(scores.repeats[name, setting]) for setting in settings))
    for measure in MEASURES:
        yield f"{np.mean([scores.mean(name, setting, measure) for setting in settings]):.3f}"
    if name == BASELINE:
        yield from ("", "", "", "")
        return
    gains = gains_of(scores, name, BASELINE, rate)
    yield f"{gains.mean:+.3f}"
    yield "< .001" if gains.p < 0.001 else f"{gains.p:.3f}"
    yield f"{gains.worst[1]:+.3f}"
    yield f"{nll_ratio(scores, name, BASELINE, rate):.2f}"


def _legend(scores: Scores) -> str:
    lines = [
        "Balanced accuracy, negative log-likelihood (nats), expected calibration error and Brier's "
        "score are of right labels of the test tracks, over all tracks of a repeat at once, and "
        "means over repeats and settings. A setting is a task, a kind of folds and a kind of "
        "noise. p: corrected paired t-test (Nadeau and Bengio) over repeats and folds, on the mean "
        "over settings. ‡: run on part of the settings; its gain and ratio are against none in "
        "the same ones.",
        *(f"{name} could not be run: {why}." for name, why in scores.failures.items()),
    ]
    return "\n\n".join(lines)


def _each(scores: Scores) -> str:
    headings = ["task", "folds", "noise", "none", "robust", "gain", "NLL none", "NLL robust"]
    rows = []
    for rate in (0.0, NOISY):
        for setting in scores.shared(ROBUST, BASELINE, rate):
            none, robust = (scores.mean(name, setting, "accuracy") for name in (BASELINE, ROBUST))
            rows.append(
                [
                    *(setting.task, setting.folding, str(setting.noise)),
                    *(f"{none:.3f}", f"{robust:.3f}", f"{robust - none:+.3f}"),
                    *(f"{scores.mean(name, setting, 'nll'):.3f}" for name in (BASELINE, ROBUST)),
                ]
            )
    return table(headings, rows)


def write_csv(scores: Scores) -> str:
    """One line for each method, setting, repeat and fold, and one for each repeat's tracks."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["method", "task", "folds", "noise", "rate", "repeat", "fold", *MEASURES])
    for (name, setting), repeats in scores.repeats.items():
        for repeat, found in enumerate(repeats):
            for fold, values in [*enumerate(found["folds"]), ("all", found["pooled"])]:
                what = [name, setting.task, setting.folding, setting.kind, setting.rate]
                measured = [f"{values[measure]:.6f}" for measure in MEASURES]
                writer.writerow([*what, repeat, fold, *measured])
    return text.getvalue()
