"""The paper's label enhancements, each with its feature space and its loss, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from essentia_ldl.errors import OptionError
from essentia_ldl.labels.base import LabelEnhancer
from essentia_ldl.labels.knn import KNNSmoothing
from essentia_ldl.labels.one_hot import OneHot

# The preset that every other is compared with: labels as they are.
BASELINE = "none"


# The paper's labels come from metric-learn's path of steps, which stops early; a solver that finds
# a lower objective makes other labels, not better ones. So gd, which walks that path, is first.
LMNN_SOLVERS = ("gd", "lbfgs", "metric-learn")

_MOST_ITERATIONS = 10_000  # the paper's


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
    parameters : mapping of str to tuple of str
        What may be chosen after a colon, as in ``s_b:solver=lbfgs``, and the values to choose from.

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
    build: Build = field(repr=False, compare=False)
    parameters: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    def choose(self, text: str) -> Preset:
        """Return this preset with parameters chosen: ``solver=lbfgs``.

        Raises
        ------
        OptionError
            If there is no such parameter or value; those there are are named.
        """
        chosen: dict[str, Any] = {}
        for part in text.split(","):
            parameter, _, value = (piece.strip() for piece in part.partition("="))
            if value not in self.parameters.get(parameter, ()):
                raise OptionError(
                    f"{self.name} cannot be given {part.strip()!r}",
                    subject=f"{self.name}:{text}",
                    remedy=self._what_can_be_chosen(),
                )
            chosen[parameter] = value
        name = ",".join(f"{parameter}={value}" for parameter, value in chosen.items())
        return replace(self, name=f"{self.name}:{name}", build=partial(self.build, **chosen))

    def _what_can_be_chosen(self) -> str:
        if not self.parameters:
            return f"use {self.name} alone"
        return "choose " + "; ".join(
            f"{parameter}={'|'.join(values)}" for parameter, values in self.parameters.items()
        )


def _smoothing(*, n_neighbors: Mapping[str, int], **unused: Any) -> LabelEnhancer:
    # The paper scales nothing, and k-NN over MFCC-S is left so: see `_lmnn_smoothing`.
    return KNNSmoothing(n_neighbors["s_a"])


def _lmnn_smoothing(
    *,
    n_neighbors: Mapping[str, int],
    n_components: int,
    random_state: int | None,
    solver: str = LMNN_SOLVERS[0],
) -> LabelEnhancer:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from essentia_ldl.labels.lmnn import LMNN

    # LMNN's margin and step lengths are absolute, so its result depends on the features' scale;
    # standardised features are this package's choice, the paper names no scaling.
    learner = LMNN(
        n_components, solver=solver, max_iter=_MOST_ITERATIONS, random_state=random_state
    )
    space = make_pipeline(StandardScaler(), learner)
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
        parameters=MappingProxyType({"solver": LMNN_SOLVERS}),
    ),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({entry.name: entry for entry in _TABLE})


def preset(text: str) -> Preset:
    """Return the preset that an option means: a name, and parameters after a colon where wanted.

    Raises
    ------
    OptionError
        If there is none of that name, or it has no such parameter; what is like it is named.

    Examples
    --------
    >>> preset("s_b:solver=lbfgs").name
    's_b:solver=lbfgs'
    """
    name, colon, parameters = text.partition(":")
    if name not in PRESETS:
        near = get_close_matches(name.lower(), PRESETS, n=3, cutoff=0.4)
        known = ", ".join(PRESETS)
        raise OptionError(
            "no such label enhancement",
            subject=text,
            remedy=f"did you mean {' or '.join(near)}?" if near else f"choose from {known}",
        )
    return PRESETS[name].choose(parameters) if colon else PRESETS[name]
