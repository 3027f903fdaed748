"""Labels as they are: all the probability on the given class."""

from __future__ import annotations

from essentia_ldl.labels.base import FeaturelessEnhancer, FloatArray, Samples


class OneHot(FeaturelessEnhancer):
    """One-hot labels (the paper's "None").

    Parameters of `fit` are those of every enhancer, but the features are not looked at and may
    be None.

    Attributes
    ----------
    classes_ : np.ndarray [shape=(n_classes,)]
        The distinct labels, sorted.
    label_distributions_ : np.ndarray [shape=(n_samples, n_classes)], float64

    Examples
    --------
    >>> OneHot().fit_transform(None, ["rock", "jazz", "rock"])
    array([[0., 1.],
           [1., 0.],
           [0., 1.]])
    """

    def _enhance(self, samples: Samples) -> FloatArray:
        return samples.one_hot
