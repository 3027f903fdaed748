"""A map of a collection: similar tracks lie close."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

FloatArray = NDArray[np.float64]

# Fewer tracks than this have no neighbourhoods to preserve.
_FEWEST_FOR_TSNE = 30
_COMPONENTS = 30
_PERPLEXITY = 30.0


def layout(X: FloatArray, seed: int) -> FloatArray:
    """Lay tracks out on a plane: principal components, and of these t-SNE.

    Parameters
    ----------
    X : np.ndarray [shape=(n_tracks, n_values)]
    seed : int
        Same seed, same map.

    Returns
    -------
    np.ndarray [shape=(n_tracks, 2)], float64
        Each coordinate fills the range from 0 to 1.

    References
    ----------
    L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008.

    Examples
    --------
    >>> layout(np.array([[0.0, 0.0], [1.0, 0.5], [4.0, 2.0]]), seed=0).shape
    (3, 2)
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from sklearn.preprocessing import StandardScaler

    if (X[0] == X).all():
        return np.full((len(X), 2), 0.5)
    scaled = StandardScaler().fit_transform(X)
    n_components = min(_COMPONENTS, *scaled.shape)
    # Sums that threads share out differ in their last digits, which t-SNE makes much of.
    with threadpool_limits(1):
        points = PCA(n_components, svd_solver="full").fit_transform(scaled)
        if len(points) >= _FEWEST_FOR_TSNE:
            perplexity = min(_PERPLEXITY, (len(points) - 1) / 3)
            tsne = TSNE(perplexity=perplexity, init="pca", random_state=seed)
            points = tsne.fit_transform(points)
    plane = np.zeros((len(X), 2))
    plane[:, : points.shape[1]] = points[:, :2]
    return _filled(plane)


def _filled(plane: FloatArray) -> FloatArray:
    """Stretch each coordinate over the range from 0 to 1; one that does not vary is 0.5."""
    low, high = plane.min(axis=0), plane.max(axis=0)
    varies = high > low
    stretched = (plane - low) / np.where(varies, high - low, 1)
    return np.asarray(np.where(varies, stretched, 0.5), dtype=np.float64)
