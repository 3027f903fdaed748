"""Who looks for wrong labels: the audit, and cleanlab."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from essentia_ldl.audit.scores import score_tracks
from essentia_ldl.errors import OptionError
from essentia_ldl.versions import package_version
from tools.planted.materials import Material

FloatArray = NDArray[np.float64]
#: Takes a material, labels of which some are wrong, and a seed; gives each finder's suspicion.
Finder = Callable[[Material, NDArray[np.str_], int], Mapping[str, FloatArray]]

AUDIT = "audit"
NEIGHBORS = "audit, neighbours alone"
CLEANLAB = ("cleanlab, its defaults", "cleanlab, standardised")


def finders() -> list[Finder]:
    """Return all that can be run here.

    Raises
    ------
    OptionError
        If cleanlab is not installed.
    """
    if package_version("cleanlab") is None:
        raise OptionError(
            "cleanlab is not installed", remedy="run `pip install -e '.[audit-comparison]'`"
        )
    plain, standardised = CLEANLAB
    # What CleanLearning takes where it is given no classifier, and the same on scaled values.
    regression = LogisticRegression(max_iter=1000)
    return [
        audit,
        partial(cleanlab, name=plain, classifier=LogisticRegression()),
        partial(
            cleanlab, name=standardised, classifier=make_pipeline(StandardScaler(), regression)
        ),
    ]


def audit(material: Material, labels: NDArray[np.str_], seed: int) -> Mapping[str, FloatArray]:
    """Score by `essentia_ldl.audit`: out-of-fold self-confidence, and neighbours."""
    classes = np.unique(labels).tolist()
    scores = score_tracks(
        material.embeddings, labels.tolist(), classes, groups=material.groups, seed=seed
    )
    return {AUDIT: scores.suspicion, NEIGHBORS: scores.neighbor_suspicion}


def cleanlab(
    material: Material,
    labels: NDArray[np.str_],
    seed: int,
    *,
    name: str,
    classifier: BaseEstimator,
) -> Mapping[str, FloatArray]:
    """Score by cleanlab's self-confidence, out of five folds as CleanLearning makes them.

    Where there are groups, which CleanLearning does not know, the folds keep them together.
    """
    from cleanlab.rank import get_label_quality_scores

    codes = np.unique(labels, return_inverse=True)[1]
    kind = StratifiedKFold if material.groups is None else StratifiedGroupKFold
    with warnings.catch_warnings():
        # Of its defaults, which stop before they converge, and of classes smaller than folds.
        warnings.simplefilter("ignore")
        probabilities = cross_val_predict(
            classifier,
            material.embeddings,
            codes,
            groups=material.groups,
            cv=kind(5, shuffle=True, random_state=seed),
            method="predict_proba",
        )
    quality = get_label_quality_scores(codes, probabilities, method="self_confidence")
    return {name: np.asarray(1 - quality, dtype=np.float64)}
