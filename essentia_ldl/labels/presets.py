"""The paper's label enhancements, each with its feature space and its loss, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from essentia_ldl.errors import OptionError
from essentia_ldl.labels.base import LabelEnhancer
from essentia_ldl.labels.knn import KNNSmoothing
from essentia_ldl.labels.one_hot import OneHot


@dataclass(frozen=True)
class Preset:
    """A label enhancement as the paper uses it.

    Attributes
    ----------
    name : str
        What options call it.
    space : str or None
        The `Features` that the enhancer is fitted on, "mfcc_s" or "mfcc_p"; None where it needs
        none.
    loss : str
        The Keras loss that the paper trains with on these labels.
    description : str
        One line for people.
    build : callable
        Makes the enhancer, not fitted, from the keywords of `make_enhancer`.
    """

    name: str
    space: str | None
    loss: str
    description: str
    build: Callable[..., LabelEnhancer] = field(repr=False)


def _smoothing(*, n_neighbors: int, **unused: Any) -> LabelEnhancer:
    # The paper scales nothing, and k-NN over MFCC-S is left so: see `_lmnn_smoothing`.
    return KNNSmoothing(n_neighbors)


def _lmnn_smoothing(
    *, n_neighbors: int, n_components: int, random_state: int | None
) -> LabelEnhancer:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from essentia_ldl.labels.lmnn import LMNN

    # LMNN's margin and step lengths are absolute, so its result depends on the features' scale;
    # standardised features are this package's choice, the paper names no scaling.
    space = make_pipeline(StandardScaler(), LMNN(n_components, random_state=random_state))
    return KNNSmoothing(n_neighbors, transformer=space)


_TABLE = (
    Preset(
        name="none",
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


def preset(name: str) -> Preset:
    """Look a preset up.

    Raises
    ------
    OptionError
        If there is none of that name; names that are like it are named.
    """
    if name not in PRESETS:
        near = get_close_matches(name.lower(), PRESETS, n=3, cutoff=0.4)
        known = ", ".join(PRESETS)
        raise OptionError(
            "no such label enhancement",
            subject=name,
            remedy=f"did you mean {' or '.join(near)}?" if near else f"choose from {known}",
        )
    return PRESETS[name]


def make_enhancer(
    name: str, *, n_neighbors: int, n_components: int, random_state: int | None
) -> LabelEnhancer:
    """Build the enhancer of a preset, not fitted.

    Parameters
    ----------
    name : str
        A key of `PRESETS`.
    n_neighbors : int
        k of the k-NN smoothing (paper: 10, but 30 for mood tasks under s_b); "none" has no use
        for it.
    n_components : int
        Dimensions that LMNN maps to (paper: 64 for genre tasks, 32 for mood tasks); used by
        "s_b" alone.
    random_state : int or None
        Seeds LMNN.

    Returns
    -------
    LabelEnhancer

    Raises
    ------
    OptionError
        If there is no such preset.

    Examples
    --------
    >>> make_enhancer("s_a", n_neighbors=30, n_components=64, random_state=0)
    KNNSmoothing(n_neighbors=30)
    """
    return preset(name).build(
        n_neighbors=n_neighbors, n_components=n_components, random_state=random_state
    )
