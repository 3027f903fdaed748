"""Results of all units as arrays that are paired by repeat and fold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.noisy_labels.noise import Noise
from tools.noisy_labels.units import Unit

Values = NDArray[np.float64]

MEASURES = ("accuracy", "nll", "ece", "brier")


@dataclass(frozen=True, order=True)
class Setting:
    """What every method is judged in: a task, how its folds are made, and a noise."""

    task: str
    folding: str
    kind: str
    rate: float

    @property
    def noise(self) -> Noise:
        """The noise."""
        return Noise(self.kind, self.rate)

    def __str__(self) -> str:
        return f"{self.task}, {self.folding}, {self.noise}"


@dataclass(frozen=True)
class Scores:
    """How every method fares in every setting.

    Attributes
    ----------
    repeats : mapping of (str, Setting) to list of dict
        By method and setting: what a unit keeps of each repeat in that setting.
    failures : mapping of str to str
        Why a method could not be run, of each that could not; the first reason.
    seconds : mapping of str to float
        Mean CPU seconds that fitting an enhancer took, by method.
    """

    repeats: Mapping[tuple[str, Setting], Sequence[Mapping[str, Any]]]
    failures: Mapping[str, str]
    seconds: Mapping[str, float]

    @classmethod
    def of(cls, results: Iterable[tuple[Unit, Mapping[str, Any]]]) -> Scores:
        """Put units' results in order; units of one method and setting in that of their repeats."""
        repeats: dict[tuple[str, Setting], list[Mapping[str, Any]]] = {}
        failures: dict[str, str] = {}
        seconds: dict[str, list[float]] = {}
        for unit, content in sorted(results, key=lambda item: item[0].repeat):
            name = unit.method.name
            if "failure" in content:
                failures.setdefault(name, str(content["failure"]))
                continue
            fits = sum(len(found["folds"]) for found in content["noises"])
            seconds.setdefault(name, []).append(content["enhancing_seconds"] / fits)
            for found in content["noises"]:
                setting = Setting(unit.task, unit.folding, found["kind"], found["rate"])
                kept = {**found, "repeat": unit.repeat}
                repeats.setdefault((name, setting), []).append(kept)
        means = {name: float(np.mean(values)) for name, values in seconds.items()}
        return cls(repeats, failures, means)

    @property
    def methods(self) -> list[str]:
        """Methods that were run somewhere, in the order of the units."""
        return list(dict.fromkeys(name for name, _ in self.repeats))

    def settings(self, method: str, rate: float | None = None) -> list[Setting]:
        """Return the settings that a method was run in, at one rate or at all."""
        return sorted(
            setting
            for name, setting in self.repeats
            if name == method and rate in (None, setting.rate)
        )

    def values(self, method: str, setting: Setting, measure: str) -> Values:
        """Return a measure over all tracks of each repeat, [n_repeats]."""
        found = self.repeats[method, setting]
        return np.array([repeat["pooled"][measure] for repeat in found])

    def mean(self, method: str, setting: Setting, measure: str) -> float:
        """Mean over the repeats of a measure over all tracks."""
        return float(self.values(method, setting, measure).mean())

    def paired(self, first: str, second: str, setting: Setting) -> Scores:
        """Return both methods in one setting, of the repeats that both were run on."""
        found = {name: self.repeats[name, setting] for name in (first, second)}
        both = set.intersection(*({one["repeat"] for one in kept} for kept in found.values()))
        return Scores(
            {
                (name, setting): [one for one in kept if one["repeat"] in both]
                for name, kept in found.items()
            },
            {},
            {},
        )

    def fold_values(self, method: str, setting: Setting, measure: str) -> Values:
        """Return a measure of each fold, [n_repeats, n_folds]."""
        found = self.repeats[method, setting]
        return np.array([[fold[measure] for fold in repeat["folds"]] for repeat in found])

    def shared(self, first: str, second: str, rate: float) -> Iterator[Setting]:
        """Yield the settings at a rate that both methods were run in."""
        others = set(self.settings(second, rate))
        return (
            setting
            for setting in self.settings(first, rate)
            if setting in others and self.paired(first, second, setting).repeats[first, setting]
        )
