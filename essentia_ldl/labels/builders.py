"""How the presets' enhancers are made, from the values chosen and the settings of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from essentia_ldl.labels.base import LabelEnhancer
from essentia_ldl.labels.blend import Blend
from essentia_ldl.labels.cross_fitted import CrossFitted
from essentia_ldl.labels.knn import KNNSmoothing
from essentia_ldl.labels.one_hot import OneHot
from essentia_ldl.labels.posterior import LabelPosterior
from essentia_ldl.labels.propagation import LabelPropagation
from essentia_ldl.labels.prototype import ClassPrototype
from essentia_ldl.labels.teacher import OutOfFoldTeacher
from essentia_ldl.labels.temperature import Temperature
from essentia_ldl.labels.uniform import UniformSmoothing

# The paper's labels come from metric-learn's path of steps, which stops early; a solver that finds
# a lower objective makes other labels, not better ones. So gd, which walks that path, is first.
LMNN_SOLVERS = ("gd", "lbfgs", "metric-learn")

_MOST_ITERATIONS = 10_000  # the paper's


@dataclass(frozen=True)
class Situation:
    """What a task and a seed add to a preset's own parameters.

    Attributes
    ----------
    n_neighbors : mapping of str to int
        k of the paper's k-NN smoothing: of "s_a" and of "s_b".
    n_components : int
        Dimensions that LMNN maps to.
    random_state : int or None
    """

    n_neighbors: Mapping[str, int]
    n_components: int
    random_state: int | None


class Make(Protocol):
    """Makes an enhancer, not fitted, of the values of a preset's parameters."""

    def __call__(self, values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
        """Make the enhancer."""


def one_hot(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """Labels as they are; given votes are put in their place by whoever knows the tracks."""
    return OneHot()


def uniform(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """Label smoothing."""
    return UniformSmoothing(values["share"])


def s_a(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """The paper's k-NN smoothing, of features that are not scaled: it names no scaling."""
    k = values["k"] or situation.n_neighbors["s_a"]
    return _wrapped(_smoothing(k, values), values, situation)


def s_b(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """The paper's k-NN smoothing after LMNN."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from essentia_ldl.labels.lmnn import LMNN

    # LMNN's margin and step lengths are absolute, so its result depends on the features' scale;
    # standardised features are this package's choice, the paper names no scaling.
    learner = LMNN(
        situation.n_components,
        solver=values["solver"],
        target_neighbors=values["target_neighbors"],
        max_iter=_MOST_ITERATIONS,
        random_state=situation.random_state,
    )
    k = values["k"] or situation.n_neighbors["s_b"]
    space = make_pipeline(StandardScaler(), learner)
    return _wrapped(_smoothing(k, values, space), values, situation)


def knn(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """k-NN smoothing in any space."""
    return _wrapped(_smoothing(values["k"], values, _standardised()), values, situation)


def teacher(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """A classifier's out-of-fold probabilities."""
    enhancer = OutOfFoldTeacher(
        n_splits=values["parts"],
        n_repeats=values["repeats"],
        random_state=situation.random_state,
    )
    return _wrapped(enhancer, values, situation)


def robust(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """The label weighed against the other tracks' word; docs/labels.md has what was tried."""
    return _wrapped(LabelPosterior(values["rounds"]), values, situation)


def prototype(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """Distances to the classes' means; the temperature is that of their softmax."""
    others = {name: value for name, value in values.items() if name != "temperature"}
    enhancer = ClassPrototype(values["temperature"], transformer=_standardised())
    return _wrapped(enhancer, others, situation)


def propagation(values: Mapping[str, Any], situation: Situation) -> LabelEnhancer:
    """Labels spread over a graph of neighbours."""
    enhancer = LabelPropagation(
        values["alpha"], n_neighbors=values["k"], transformer=_standardised()
    )
    return _wrapped(enhancer, values, situation)


def _standardised() -> Any:
    # Spaces differ in scale, and so do their values. On 443 tracks of GTZAN (mean tag activations)
    # most of the 5 nearest have the track's label for .858 of them standardised, and for .817 as
    # they are; the nearest class mean has it for .82 and .77.
    from sklearn.preprocessing import StandardScaler

    return StandardScaler()


def _smoothing(k: int, values: Mapping[str, Any], space: Any = None) -> KNNSmoothing:
    return KNNSmoothing(
        k,
        transformer=space,
        weights=values["weights"],
        include_self=values["include_self"],
    )


def _wrapped(
    enhancer: LabelEnhancer, values: Mapping[str, Any], situation: Situation
) -> LabelEnhancer:
    """Put around an enhancer what its common parameters ask for, the label's own share last."""
    if values.get("cross_fit"):
        enhancer = CrossFitted(
            enhancer, n_splits=values["cross_fit"], random_state=situation.random_state
        )
    if values.get("temperature", 1) != 1:
        enhancer = Temperature(enhancer, temperature=values["temperature"])
    if values.get("blend"):
        enhancer = Blend(enhancer, share=values["blend"])
    return enhancer
