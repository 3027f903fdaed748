"""What one who knows the right labels could gain: bounds on what any enhancement of them can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

#: From a method's distributions, the labels as given and the right ones, all [n_tracks, n_classes],
#: what a head is to learn from. A track without any share is one that it does not learn from.
Bound = Callable[[Values, Values, Values], Values]

#: What two classes' labels tell of a border between them when one in five is wrong: a logistic
#: regression's Fisher information near the border is (1 - 2 * 0.2) squared of that of right ones.
INFORMATION = 0.36


def right(enhanced: Values, given: Values, truth: Values) -> Values:
    """All labels put right."""
    return truth


def without_wrong(enhanced: Values, given: Values, truth: Values) -> Values:
    """All wrong labels found, and their tracks left out."""
    return np.where(_wrong(given, truth), 0.0, truth)


def all_found(enhanced: Values, given: Values, truth: Values) -> Values:
    """All wrong labels put right; of right ones, what robust makes of them."""
    return np.where(_wrong(given, truth), truth, enhanced)


def none_moved(enhanced: Values, given: Values, truth: Values) -> Values:
    """No right label moved; of wrong ones, what robust makes of them."""
    return np.where(_wrong(given, truth), enhanced, truth)


def fewer(enhanced: Values, given: Values, truth: Values) -> Values:
    """Right labels, of 36 % of the tracks alone."""
    drawn = np.random.default_rng(len(truth)).permutation(len(truth))
    kept = drawn < round(INFORMATION * len(truth))
    return np.where(kept[:, None], truth, 0.0)


def _wrong(given: Values, truth: Values) -> NDArray[np.bool_]:
    return np.asarray((given != truth).any(axis=1, keepdims=True))


#: By the name of what is run; what is said of each is the first line above.
BOUNDS: Mapping[str, Bound] = MappingProxyType(
    {
        "bound-right": right,
        "bound-fewer": fewer,
        "bound-without-wrong": without_wrong,
        "bound-all-found": all_found,
        "bound-none-moved": none_moved,
    }
)

#: Of these, what depends on what a method makes of the labels.
OF_A_METHOD = ("bound-all-found", "bound-none-moved")
