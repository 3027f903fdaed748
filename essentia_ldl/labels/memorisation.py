"""Whether an enhancer's distributions say something of the samples, or repeat the labels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.utils import check_random_state

from essentia_ldl.labels.base import FloatArray, LabelEnhancer
from essentia_ldl.labels.blend import Blend
from essentia_ldl.labels.leave_out import LeaveOutTeacher
from essentia_ldl.labels.posterior import LabelPosterior
from essentia_ldl.labels.temperature import Temperature

_FLAGGED = 0.1


@dataclass(frozen=True)
class Memorisation:
    """Mean own-class probability d_y, of the labels as they are and of labels without meaning.

    Attributes
    ----------
    own_class : float
        Of the labels given.
    permuted : float
        Of labels permuted among the samples; the mean over the permutations.
    by_chance : float
        What neighbours drawn at random would give: the sum of squared class shares.

    Examples
    --------
    >>> Memorisation(own_class=0.9, permuted=0.85, by_chance=0.5).flagged
    True
    """

    own_class: float
    permuted: float
    by_chance: float

    @property
    def share(self) -> float:
        """How far permuted labels are brought from chance (0) towards certainty (1)."""
        return (self.permuted - self.by_chance) / (1 - self.by_chance)

    @property
    def flagged(self) -> bool:
        """Whether labels are learned by heart: `share` is above 0.1."""
        return self.share > _FLAGGED

    def to_dict(self) -> dict[str, float | bool]:
        """Return the figures and the verdict, JSON-ready."""
        return {
            "own_class": self.own_class,
            "permuted": self.permuted,
            "by_chance": self.by_chance,
            "flagged": self.flagged,
        }


def memorisation_check(
    enhancer: LabelEnhancer,
    X: ArrayLike,
    y: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    n_permutations: int = 3,
    random_state: int | np.random.RandomState | None = 0,
) -> Memorisation:
    """Refit an enhancer on permuted labels, which no feature can tell, and compare.

    Labels without meaning have no likely neighbours of their own kind, so their own-class
    probability is at chance; where it is not, the enhancer would confirm wrong labels as well as
    right ones. That is what k-NN after LMNN does on the tracks that LMNN was fitted on, and what
    `CrossFitted` prevents. Enhancers that keep a share of the label by design, as `Blend` does,
    are flagged for it; what makes the rest is `below_blend`.

    Parameters
    ----------
    enhancer : LabelEnhancer
        Copies of it are fitted.
    X : array-like [shape=(n_samples, n_features)]
    y : array-like [shape=(n_samples,)]
        Of two classes or more.
    groups : array-like [shape=(n_samples,)], optional
    n_permutations : int
    random_state : int, RandomState or None

    Returns
    -------
    Memorisation

    Raises
    ------
    ValueError
        If there is one class only, or the enhancer cannot be fitted.

    References
    ----------
    C. Zhang et al., "Understanding deep learning requires rethinking generalization", ICLR 2017:
    the randomization test.

    Examples
    --------
    >>> from essentia_ldl.labels import KNNSmoothing
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat(["jazz", "rock"], 50)
    >>> X = rng.normal(size=(100, 2)) + 3 * (y == "rock")[:, None]
    >>> found = memorisation_check(KNNSmoothing(10), X, y)
    >>> found.own_class > 0.9, found.permuted < 0.6, found.flagged
    (True, True, False)
    """
    labels = np.asarray(y)
    chance = by_chance(labels)
    rng = check_random_state(random_state)
    permuted = [
        _own_class(enhancer, X, rng.permutation(labels), groups) for _ in range(n_permutations)
    ]
    return Memorisation(
        own_class=_own_class(enhancer, X, labels, groups),
        permuted=float(np.mean(permuted)),
        by_chance=chance,
    )


def below_blend(enhancer: LabelEnhancer) -> LabelEnhancer:
    """Return the enhancer whose distributions are mixed with the labels; others as they are.

    A `Blend` keeps a share of every label, wrong ones too, and that share is known. Whether the
    rest repeats the labels as well is what a check has to find out. A `LabelPosterior` keeps
    labels that nothing speaks against; what has to be found out is whether its `LeaveOutTeacher`
    speaks for any label.

    Examples
    --------
    >>> from essentia_ldl.labels import KNNSmoothing
    >>> below_blend(Blend(KNNSmoothing(5), share=0.5)), below_blend(LabelPosterior())
    (KNNSmoothing(n_neighbors=5), LeaveOutTeacher())
    """
    while isinstance(enhancer, Blend):
        enhancer = enhancer.enhancer
    if isinstance(enhancer, Temperature):
        return Temperature(below_blend(enhancer.enhancer), temperature=enhancer.temperature)
    return LeaveOutTeacher() if isinstance(enhancer, LabelPosterior) else enhancer


def by_chance(y: ArrayLike) -> float:
    """Mean own-class probability that neighbours drawn at random would give.

    Raises
    ------
    ValueError
        If there is one class only.

    Examples
    --------
    >>> by_chance(["jazz", "jazz", "rock", "rock"])
    0.5
    """
    labels = np.asarray(y)
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    if len(shares) < 2:
        raise ValueError("labels of one class can be told by heart only")
    return float(np.square(shares).sum())


def _own_class(
    enhancer: LabelEnhancer, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None
) -> float:
    fitted = clone(enhancer).fit(X, y, groups)
    distributions: FloatArray = fitted.label_distributions_
    columns = np.searchsorted(fitted.classes_, y)
    return float(distributions[np.arange(len(distributions)), columns].mean())
