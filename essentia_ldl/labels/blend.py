"""A share of the one-hot label kept beside what an enhancer makes of it."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, Interval

from essentia_ldl.labels.base import FloatArray, LabelEnhancer, Samples


class Blend(LabelEnhancer):
    """Mixture of the one-hot labels and another enhancer's label distributions.

    An enhancer may move all of a sample's probability away from its label; what is kept of the
    label bounds that, so that the likeliest class changes where the evidence is strong alone
    (the "bootstrapping" of Reed et al., with the enhancer in place of the network's own opinion).

    Parameters
    ----------
    enhancer : LabelEnhancer
        A copy of it is fitted.
    share : float, default=0.5
        Of the one-hot label, from 0 (the enhancer alone) to 1 (the label alone).

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64
    enhancer_ : LabelEnhancer
        The fitted copy.

    References
    ----------
    S. Reed et al., "Training deep neural networks on noisy labels with bootstrapping", ICLR 2015
    workshop track.

    Examples
    --------
    >>> from essentia_ldl.labels import UniformSmoothing
    >>> Blend(UniformSmoothing(1.0), share=0.6).fit_transform([[0.0], [1.0]], ["rock", "jazz"])
    array([[0.2, 0.8],
           [0.8, 0.2]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "enhancer": [HasMethods(["fit_transform"])],
        "share": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, enhancer: LabelEnhancer, *, share: float = 0.5) -> None:
        self.enhancer = enhancer
        self.share = share

    def _enhance(self, samples: Samples) -> FloatArray:
        self.enhancer_ = clone(self.enhancer).fit(samples.X, samples.y, samples.groups)
        enhanced: FloatArray = self.enhancer_.label_distributions_
        return self.share * samples.one_hot + (1 - self.share) * enhanced
