"""scikit-learn's own checks, over every estimator of the package but one.

VoteDistribution takes votes for as many classes as there are labels in place of features, which
the checks' data are not.
"""

from typing import Any

import pytest
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from essentia_ldl.labels import (
    LMNN,
    Blend,
    ClassPrototype,
    CrossFitted,
    KNNSmoothing,
    LabelPosterior,
    LabelPropagation,
    LeaveOutTeacher,
    OneHot,
    OutOfFoldTeacher,
    Temperature,
    UniformSmoothing,
)

ESTIMATORS = [
    OneHot(),
    KNNSmoothing(),
    KNNSmoothing(3, transformer=StandardScaler(), include_self=True),
    KNNSmoothing(weights="distance"),
    UniformSmoothing(),
    Blend(KNNSmoothing()),
    Temperature(KNNSmoothing()),
    ClassPrototype(transformer=StandardScaler()),
    LabelPropagation(),
    OutOfFoldTeacher(random_state=0),
    CrossFitted(KNNSmoothing(3), random_state=0),
    LeaveOutTeacher(),
    LabelPosterior(),
    LMNN(),
    LMNN(solver="gd", max_iter=100, whiten=True, dtype="float32", n_jobs=2),
    LMNN(solver="metric-learn", max_iter=20),
    LMNN(target_neighbors="robust"),
]


# The checks' data are small: neighbours are clipped.
@pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")
@pytest.mark.filterwarnings("ignore:.*SCIPY_ARRAY_API.*")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(ESTIMATORS)  # type: ignore[untyped-decorator]
def test_scikit_learn_check(estimator: Any, check: Any) -> None:
    check(estimator)
