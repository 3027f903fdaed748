"""What is compared: label enhancers, each with its features and its loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from essentia_ldl.labels import BASELINE, LabelEnhancer, describe, preset
from tools.noisy_labels.bounds import BOUNDS, OF_A_METHOD, Bound
from tools.noisy_labels.groupings import GENRES, TASKS
from tools.noisy_labels.material import FOLDINGS, STRATIFIED
from tools.noisy_labels.noise import NOISES, UNIFORM, Noise
from tools.noisy_labels.pyldl_peer import PEERS, QUICK, SLOW, PyLDLEnhancer

CROSSENTROPY = "categorical_crossentropy"
GENERALIZED = "generalized_crossentropy"

ROBUST = "robust"

#: Makes an unfitted enhancer for a task, by its name, and a seed.
Build = Callable[[str, int], LabelEnhancer]

#: What comparators are run on: clean labels, and every fifth label wrong.
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
    tasks, foldings : tuple of str
    repeats : int or None
        The most repeats that it is run on.
    bound : callable or None
        Makes it what one could do who knows the right labels, and no method.
    """

    name: str
    build: Build = field(repr=False)
    space: str | None
    loss: str
    noises: tuple[Noise, ...] = NOISES
    tasks: tuple[str, ...] = TASKS
    foldings: tuple[str, ...] = FOLDINGS
    repeats: int | None = None
    bound: Bound | None = field(default=None, repr=False)

    def describe(self, task: str) -> dict[str, Any]:
        """Return what a kept result is valid for, ready for JSON."""
        enhancer = describe(self.build(task, 0))
        # Where PyLDL lies, and how long it is waited for, changes nothing that it says.
        settings = {key: enhancer[key] for key in enhancer if key not in ("python", "seconds")}
        bound = {"bound": self.bound.__name__} if self.bound else {}
        return {"enhancer": settings, "space": self.space, "loss": self.loss, **bound}


def of_preset(
    name: str, text: str, loss: str | None = None, noises: Sequence[Noise] = NOISES
) -> Method:
    """Take a preset as `--labels` spells it, with its own loss or another."""
    chosen = preset(text)

    def build(task: str, seed: int) -> LabelEnhancer:
        # k and components of the paper for genre and mood tasks; MFCC-S have 40 values here.
        neighbors = {"s_a": 10, "s_b": 10 if task == GENRES else 30}
        components = 40 if task == GENRES else 32
        return chosen.build(n_neighbors=neighbors, n_components=components, random_state=seed)

    return Method(name, build, chosen.space, loss or chosen.loss, tuple(noises))


def methods(pyldl: str | None = None) -> dict[str, Method]:
    """Return everything that is compared, by name.

    Parameters
    ----------
    pyldl : str, optional
        The interpreter of an environment with python-ldl; without it, PyLDL takes no part.
    """
    chosen = [
        of_preset(BASELINE, BASELINE),
        of_preset("uniform", "uniform"),
        of_preset("gce", BASELINE, GENERALIZED),
        of_preset(ROBUST, ROBUST),
        of_preset("knn-blend", "knn:k=5,blend=0.5", noises=_FEW),
        of_preset("teacher-blend", "teacher:repeats=3,blend=0.5", noises=_FEW),
        of_preset("s_a", "s_a", noises=_FEW),
        of_preset("s_b", "s_b", noises=_FEW),
    ]
    chosen += [_bound(name, bound) for name, bound in BOUNDS.items()]
    if pyldl:
        chosen += [_peer(name, pyldl) for name in PEERS]
    return {method.name: method for method in chosen}


def _bound(name: str, bound: Bound) -> Method:
    noises = tuple(noise for noise in NOISES if noise.rate == 0.2)
    text = ROBUST if name in OF_A_METHOD else BASELINE
    return replace(of_preset(name, text, noises=noises), bound=bound)


def _peer(name: str, python: str) -> Method:
    def build(task: str, seed: int) -> LabelEnhancer:
        return PyLDLEnhancer(name, python=python)

    repeats = None if name in QUICK else 1
    method = Method(f"pyldl-{name}", build, "embedding", CROSSENTROPY, _FEW, repeats=repeats)
    if name not in SLOW:
        return method
    # One setting, of the task with most classes.
    noises = (Noise(UNIFORM, 0.2),)
    return replace(method, noises=noises, tasks=(GENRES,), foldings=(STRATIFIED,))
