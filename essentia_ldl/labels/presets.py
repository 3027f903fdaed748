"""The paper's label enhancements, each with its feature space and its loss, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Protocol

from essentia_ldl.errors import OptionError
from essentia_ldl.labels.base import LabelEnhancer
from essentia_ldl.labels.knn import KNNSmoothing
from essentia_ldl.labels.one_hot import OneHot

# The preset that every other is compared with: labels as they are.
BASELINE = "none"


class Build(Protocol):
    """Makes a preset's enhancer, not fitted, from the settings of a task."""

    def __call__(
        self, *, n_neighbors: Mapping[str, int], n_components: int, random_state: int | None
    ) -> LabelEnhancer:
        """Make the enhancer.

        Parameters
        ----------
        n_neighbors : mapping of str to int
            k of the k-NN smoothing by the preset's name (paper: 10, but 30 for mood tasks under
            s_b).
        n_components : int
            Dimensions that LMNN maps to (paper: 64 for genre tasks, 32 for mood tasks).
        random_state : int or None
            Seeds LMNN.

        Raises
        ------
        KeyError
            If `n_neighbors` lacks the preset and it smooths.
        """


@dataclass(frozen=True)
class Preset:
    """A label enhancement as the paper uses it.

    Attributes
    ----------
    name : str
        What options and reports call it.
    space : str or None
        The name of the features that the enhancer is fitted on (`Features.space`); None where
        it needs none.
    loss : str
        The Keras loss that the paper trains with on these labels.
    description : str
        One line for people.
    build : Build
        Makes the enhancer, not fitted.

    Examples
    --------
    >>> s_a = preset("s_a")
    >>> s_a.space, s_a.loss
    ('mfcc_s', 'mean_absolute_error')
    >>> s_a.build(n_neighbors={"s_a": 30}, n_components=64, random_state=0)
    KNNSmoothing(n_neighbors=30)
    """

    name: str
    space: str | None
    loss: str
    description: str
    build: Build = field(repr=False)


def _smoothing(*, n_neighbors: Mapping[str, int], **unused: Any) -> LabelEnhancer:
    # The paper scales nothing, and k-NN over MFCC-S is left so: see `_lmnn_smoothing`.
    return KNNSmoothing(n_neighbors["s_a"])


def _lmnn_smoothing(
    *, n_neighbors: Mapping[str, int], n_components: int, random_state: int | None
) -> LabelEnhancer:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from essentia_ldl.labels.lmnn import LMNN

    # LMNN's margin and step lengths are absolute, so its result depends on the features' scale;
    # standardised features are this package's choice, the paper names no scaling.
    space = make_pipeline(StandardScaler(), LMNN(n_components, random_state=random_state))
    return KNNSmoothing(n_neighbors["s_b"], transformer=space)


_TABLE = (
    Preset(
        name=BASELINE,
        space=None,
        loss="categorical_crossentropy",
        description="one-hot labels as given",
        build=lambda **unused: OneHot(),
    ),
    Preset(
        name="s_a",
        space="mfcc_s",
        loss="mean_absolute_error",
        description="k-NN smoothing over MFCC-S (mean and standard deviation), unscaled",
        build=_smoothing,
    ),
    Preset(
        name="s_b",
        space="mfcc_p",
        loss="mean_absolute_error",
        description="k-NN smoothing over MFCC-P (averages of 1 s), standardised and mapped by LMNN",
        build=_lmnn_smoothing,
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({entry.name: entry for entry in _TABLE})


def preset(text: str) -> Preset:
    """Return the preset that an option means.

    Raises
    ------
    OptionError
        If there is none of that name; names that are like it are named.
    """
    if text not in PRESETS:
        near = get_close_matches(text.lower(), PRESETS, n=3, cutoff=0.4)
        known = ", ".join(PRESETS)
        raise OptionError(
            "no such label enhancement",
            subject=text,
            remedy=f"did you mean {' or '.join(near)}?" if near else f"choose from {known}",
        )
    return PRESETS[text]
