"""What is compared: label enhancers, each with its features and its loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from essentia_ldl.labels import (
    Blend,
    KNNSmoothing,
    LabelEnhancer,
    OneHot,
    OutOfFoldTeacher,
    UniformSmoothing,
    describe,
    preset,
)
from tools.robustness.groupings import GENRES
from tools.robustness.noise import NOISES, Noise

CROSSENTROPY = "categorical_crossentropy"
GENERALIZED = "generalized_crossentropy"
ABSOLUTE = "mean_absolute_error"

BASELINE = "none"
ROBUST = "robust"

#: Makes an unfitted enhancer for a task, by its name, and a seed.
Build = Callable[[str, int], LabelEnhancer]

#: What slow methods are run on: clean labels, and every fifth label wrong.
_FEW = tuple(noise for noise in NOISES if noise.rate in (0.0, 0.2))


@dataclass(frozen=True)
class Method:
    """One way to train heads on labels that may be wrong.

    Attributes
    ----------
    name : str
    build : callable
    space : str or None
        Features that the enhancer sees, as `Material.space` names them.
    loss : str
    noises : tuple of Noise
        What it is run on.
    """

    name: str
    build: Build = field(repr=False)
    space: str | None
    loss: str
    noises: tuple[Noise, ...] = NOISES

    def describe(self, task: str) -> dict[str, Any]:
        """Return what a kept result is valid for, ready for JSON."""
        enhancer = describe(self.build(task, 0))
        return {"enhancer": enhancer, "space": self.space, "loss": self.loss}


def _paper(name: str) -> Build:
    def build(task: str, seed: int) -> LabelEnhancer:
        # k and components of the paper for genre and mood tasks; MFCC-S have 40 values here.
        neighbors = {"s_a": 10, "s_b": 10 if task == GENRES else 30}
        components = 40 if task == GENRES else 32
        return preset(name).build(n_neighbors=neighbors, n_components=components, random_state=seed)

    return build


def _robust(task: str, seed: int) -> LabelEnhancer:
    return Blend(OutOfFoldTeacher(n_repeats=3, random_state=seed), share=0.5)


def _methods() -> tuple[Method, ...]:
    return (
        Method(BASELINE, lambda task, seed: OneHot(), None, CROSSENTROPY),
        Method("uniform", lambda task, seed: UniformSmoothing(0.1), None, CROSSENTROPY),
        Method("gce", lambda task, seed: OneHot(), None, GENERALIZED),
        Method(ROBUST, _robust, "embedding", GENERALIZED),
        Method(
            "knn-blend",
            lambda task, seed: Blend(KNNSmoothing(5)),
            "embedding",
            CROSSENTROPY,
            _FEW,
        ),
        Method(
            "teacher-blend",
            lambda task, seed: Blend(OutOfFoldTeacher(n_repeats=3, random_state=seed)),
            "embedding",
            CROSSENTROPY,
            _FEW,
        ),
        Method("s_a", _paper("s_a"), "mfcc_s", ABSOLUTE, _FEW),
        Method("s_b", _paper("s_b"), "mfcc_s", ABSOLUTE, _FEW),
    )


#: Everything that is compared, by name.
METHODS: Mapping[str, Method] = {method.name: method for method in _methods()}
