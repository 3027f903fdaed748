"""Label enhancement: from one label per track to a distribution over the classes.

Enhancers are scikit-learn estimators: ``fit(X, y)`` leaves `label_distributions_`
(n_samples, n_classes) and `classes_`, and ``fit_transform(X, y)`` returns the former. Nothing in
here knows of audio: features may come from images or tables.

`LMNN` is imported where it is first asked for, as metric-learn comes with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from essentia_ldl.labels.base import LabelEnhancer, LabelWarning, align
from essentia_ldl.labels.blend import Blend
from essentia_ldl.labels.choice import Preset
from essentia_ldl.labels.cross_fitted import CrossFitted
from essentia_ldl.labels.describe import describe
from essentia_ldl.labels.knn import KNNSmoothing
from essentia_ldl.labels.leave_out import LeaveOutTeacher
from essentia_ldl.labels.memorisation import Memorisation, memorisation_check
from essentia_ldl.labels.one_hot import OneHot
from essentia_ldl.labels.posterior import LabelPosterior
from essentia_ldl.labels.presets import (
    BASELINE,
    DEFAULT_EXPORT,
    DEFAULT_LABELS,
    PRESETS,
    preset,
    split_presets,
)
from essentia_ldl.labels.propagation import LabelPropagation
from essentia_ldl.labels.prototype import ClassPrototype
from essentia_ldl.labels.teacher import OutOfFoldTeacher
from essentia_ldl.labels.temperature import Temperature
from essentia_ldl.labels.uniform import UniformSmoothing
from essentia_ldl.labels.votes import VoteDistribution, count_votes

if TYPE_CHECKING:
    from essentia_ldl.labels.lmnn import LMNN

__all__ = [
    "BASELINE",
    "DEFAULT_EXPORT",
    "DEFAULT_LABELS",
    "LMNN",
    "PRESETS",
    "Blend",
    "ClassPrototype",
    "CrossFitted",
    "KNNSmoothing",
    "LabelEnhancer",
    "LabelPosterior",
    "LabelPropagation",
    "LabelWarning",
    "LeaveOutTeacher",
    "Memorisation",
    "OneHot",
    "OutOfFoldTeacher",
    "Preset",
    "Temperature",
    "UniformSmoothing",
    "VoteDistribution",
    "align",
    "count_votes",
    "describe",
    "memorisation_check",
    "preset",
    "split_presets",
]


def __getattr__(name: str) -> Any:
    if name != "LMNN":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from essentia_ldl.labels.lmnn import LMNN

    return LMNN
