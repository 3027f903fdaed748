"""What can be chosen of a preset: its parameters, how each is read, and what it may be."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Protocol

Value = str | int | float | bool

#: Spaces that neighbours, means and teachers look in: the names that `Features.space` knows.
SPACES = ("embedding", "mfcc_s", "mfcc_p")


class Kind(Protocol):
    """What values a parameter has; its text says so to people."""

    def read(self, text: str) -> Value:
        """Return the value that a text means.

        Raises
        ------
        ValueError
            If it means none.
        """

    def __str__(self) -> str:
        """Say what is allowed."""


@dataclass(frozen=True)
class OneOf:
    """One of some words."""

    choices: tuple[str, ...]

    def read(self, text: str) -> str:
        """Return the word itself."""
        if text not in self.choices:
            raise ValueError(text)
        return text

    def __str__(self) -> str:
        return "|".join(self.choices)


@dataclass(frozen=True)
class YesOrNo:
    """A decision."""

    def read(self, text: str) -> bool:
        """Return whether the text is ``yes``, or Python's and JSON's word for it."""
        if text.lower() not in {"yes", "true", "no", "false"}:
            raise ValueError(text)
        return text.lower() in {"yes", "true"}

    def __str__(self) -> str:
        return "yes|no"


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` on; or 0 as well, where that leaves the thing out."""

    least: int = 1
    or_zero: bool = False

    def read(self, text: str) -> int:
        """Return the number that the digits mean."""
        # Not Python's own reading, to which 1_0 and other scripts' digits are numbers too.
        if not re.fullmatch("[0-9]{1,9}", text):
            raise ValueError(text)
        number = int(text)
        if number < self.least and not (self.or_zero and number == 0):
            raise ValueError(text)
        return number

    def __str__(self) -> str:
        return f"{'0, or ' * self.or_zero}{self.least} or more"


@dataclass(frozen=True)
class Real:
    """A number between two, which are excluded where `open_below` and `open_above` say so."""

    least: float = 0.0
    most: float = math.inf
    open_below: bool = False
    open_above: bool = False

    def read(self, text: str) -> float:
        """Return the number that the text means."""
        if not re.fullmatch(r"([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", text.lower()):
            raise ValueError(text)
        number = float(text)
        below = number < self.least or (self.open_below and number == self.least)
        above = number > self.most or (self.open_above and number == self.most)
        if below or above or not math.isfinite(number):
            raise ValueError(text)
        return number

    def __str__(self) -> str:
        lower = f"{'above' if self.open_below else 'from'} {self.least:g}"
        if math.isinf(self.most):
            return lower
        return f"{lower} to {'below ' * self.open_above}{self.most:g}"


@dataclass(frozen=True)
class Parameter:
    """Something of a preset that can be chosen after a colon, as in ``knn:k=5``.

    Attributes
    ----------
    name : str
    default : str, int, float, bool or None
        None where the task decides.
    kind : Kind
        What it may be.
    explanation : str
        One line for people.

    Examples
    --------
    >>> K.read("5"), K.text(5), str(K)
    (5, '5', 'k (1 or more; default 10): nearest neighbours that are averaged')
    """

    name: str
    default: Value | None
    kind: Kind = field(repr=False)
    explanation: str = field(repr=False)

    def read(self, text: str) -> Value:
        """Return the value that a text means.

        Raises
        ------
        ValueError
            If it means none.
        """
        return self.kind.read(text)

    def text(self, value: Value | None) -> str:
        """Return the one text that stands for a value."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if value is None:
            return "task's"
        if isinstance(value, float) and float(f"{value:g}") == value:
            return f"{value:g}"
        return str(value)

    def __str__(self) -> str:
        return f"{self.name} ({self.kind}; default {self.text(self.default)}): {self.explanation}"


SPACE = Parameter("space", SPACES[0], OneOf(SPACES), "features in which tracks are compared")
K = Parameter("k", 10, Whole(), "nearest neighbours that are averaged")
K_OF_TASK = Parameter(
    "k", None, Whole(), "nearest neighbours that are averaged; 10, or what a task's settings say"
)
WEIGHTS = Parameter(
    "weights", "uniform", OneOf(("uniform", "distance")), "whether nearer neighbours count more"
)
INCLUDE_SELF = Parameter(
    "include_self", False, YesOrNo(), "whether a track is among its own k neighbours"
)
CROSS_FIT = Parameter(
    "cross_fit",
    0,
    Whole(least=2, or_zero=True),
    "parts of the tracks, each answered for by what was fitted on the others",
)
TEMPERATURE = Parameter(
    "temperature", 1.0, Real(open_below=True), "above 1 flattens distributions, below 1 sharpens"
)
BLEND = Parameter("blend", 0.0, Real(most=1, open_above=True), "share of the label itself kept")
