"""The presets of label enhancement, each with its space, its loss and its parameters: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType

from essentia_ldl.errors import OptionError
from essentia_ldl.labels import builders
from essentia_ldl.labels.choice import Preset
from essentia_ldl.labels.parameters import (
    BLEND,
    CROSS_FIT,
    INCLUDE_SELF,
    K_OF_TASK,
    SPACE,
    TEMPERATURE,
    WEIGHTS,
    K,
    OneOf,
    Parameter,
    Real,
    Whole,
)

# The preset that every other is compared with: labels as they are.
BASELINE = "none"

# The preset that is exported where nobody says otherwise.
DEFAULT_EXPORT = "robust"

# The presets that are compared where nobody says otherwise.
DEFAULT_LABELS = (BASELINE, DEFAULT_EXPORT, "s_a", "s_b")

_CROSS_ENTROPY = "categorical_crossentropy"
_ABSOLUTE_ERROR = "mean_absolute_error"  # the paper's, of S_A and S_B
_COMMON = (CROSS_FIT, TEMPERATURE, BLEND)
_SPLITS = (
    Parameter("parts", 5, Whole(least=2), "parts of the tracks, each asked about in its turn"),
    Parameter("repeats", 1, Whole(), "splits into parts, of which the mean is taken"),
)
_SOLVER = Parameter(
    "solver", builders.LMNN_SOLVERS[0], OneOf(builders.LMNN_SOLVERS), "what minimises the objective"
)
_TRIPLETS = Parameter(
    "target_neighbors",
    "nearest",
    OneOf(("nearest", "robust")),
    "LMNN's: robust leaves out tracks whose neighbours disagree with their label",
)

_TABLE = (
    Preset(
        BASELINE,
        space=None,
        loss=_CROSS_ENTROPY,
        description="one-hot labels as given",
        make=builders.one_hot,
    ),
    Preset(
        "robust",
        space="embedding",
        loss=_CROSS_ENTROPY,
        description="the label weighed against what other tracks say, by the share of wrong labels",
        make=builders.robust,
        parameters=(
            SPACE,
            Parameter("rounds", 12, Whole(), "estimates of the share of wrong labels, at most"),
            TEMPERATURE,
            replace(BLEND, default=0.2),
        ),
    ),
    Preset(
        "s_a",
        space="mfcc_s",
        loss=_ABSOLUTE_ERROR,
        description="k-NN smoothing over MFCC-S (mean and standard deviation), unscaled",
        make=builders.s_a,
        parameters=(K_OF_TASK, WEIGHTS, INCLUDE_SELF, *_COMMON),
    ),
    Preset(
        "s_b",
        space="mfcc_p",
        loss=_ABSOLUTE_ERROR,
        description="k-NN smoothing over MFCC-P (averages of 1 s), standardised and mapped by LMNN",
        make=builders.s_b,
        parameters=(K_OF_TASK, _SOLVER, _TRIPLETS, WEIGHTS, INCLUDE_SELF, *_COMMON),
    ),
    Preset(
        "uniform",
        space=None,
        loss=_CROSS_ENTROPY,
        description="label smoothing: a share of every label, spread evenly over the classes",
        make=builders.uniform,
        parameters=(Parameter("share", 0.1, Real(most=1), "what is spread of each label"),),
    ),
    Preset(
        "knn",
        space="embedding",
        loss=_CROSS_ENTROPY,
        description="mean label of the nearest tracks",
        make=builders.knn,
        parameters=(SPACE, K, WEIGHTS, INCLUDE_SELF, *_COMMON),
    ),
    Preset(
        "teacher",
        space="embedding",
        loss=_CROSS_ENTROPY,
        description="what a classifier says that did not learn from the track",
        make=builders.teacher,
        parameters=(SPACE, *_SPLITS, TEMPERATURE, BLEND),
    ),
    Preset(
        "prototype",
        space="embedding",
        loss=_CROSS_ENTROPY,
        description="nearness to the classes' means",
        make=builders.prototype,
        parameters=(SPACE, replace(TEMPERATURE, default=0.2), CROSS_FIT, BLEND),
    ),
    Preset(
        "propagation",
        space="embedding",
        loss=_CROSS_ENTROPY,
        description="labels spread along a graph of nearest tracks",
        make=builders.propagation,
        parameters=(
            SPACE,
            replace(K, default=7, explanation="nearest neighbours in the graph"),
            Parameter(
                "alpha",
                0.5,
                Real(most=1, open_below=True, open_above=True),
                "share that comes from neighbours",
            ),
            *_COMMON,
        ),
    ),
    Preset(
        "votes",
        space=None,
        loss=_CROSS_ENTROPY,
        description="shares of the annotators' votes; a track without votes keeps its label",
        make=builders.one_hot,
        parameters=(Parameter("alpha", 0.0, Real(), "votes that every class is given besides"),),
        of_votes=True,
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
    >>> preset("s_b:solver=lbfgs,k=10").name
    's_b:k=10,solver=lbfgs'
    >>> preset("knn:space=mfcc_s").space
    'mfcc_s'
    """
    name, colon, parameters = (part.strip() for part in text.partition(":"))
    if name not in PRESETS:
        near = get_close_matches(name.lower(), PRESETS, n=3, cutoff=0.4)
        raise OptionError(
            "no such label enhancement",
            subject=text,
            remedy=f"did you mean {' or '.join(near)}?"
            if near
            else f"choose from {', '.join(PRESETS)}",
        )
    return PRESETS[name].choose(parameters) if colon else PRESETS[name]


def split_presets(text: str) -> tuple[str, ...]:
    """Split a list of presets at its commas: those before ``name=value`` belong to a preset.

    Parameters
    ----------
    text : str
        Such as ``none,knn:space=embedding,k=5,robust``.

    Raises
    ------
    OptionError
        If it begins with a parameter, which no preset goes before.

    Examples
    --------
    >>> split_presets("none, knn:space=mfcc_s, k=5, robust")
    ('none', 'knn:space=mfcc_s,k=5', 'robust')
    """
    found: list[str] = []
    for part in filter(None, map(str.strip, text.split(","))):
        if "=" not in part or ":" in part:
            found.append(part)
        elif found:
            found[-1] += f"{',' if ':' in found[-1] else ':'}{part}"
        else:
            raise OptionError(
                "is a parameter, and no preset stands before it",
                subject=part,
                remedy="as in knn:k=5,blend=0.5",
            )
    return tuple(found)
