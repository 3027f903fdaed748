import numpy as np

from essentia_ldl.labels import LMNN, KNNSmoothing, OneHot
from essentia_ldl.labels.fitting import FitRequest, fit_label_distributions
from essentia_ldl.progress import Silent

CLASSES = ("jazz", "pop", "rock")


def _request(rng: np.random.Generator, labels: list[str]) -> FitRequest:
    features = rng.normal(size=(len(labels), 4))
    return FitRequest("s_a", KNNSmoothing(3), features, np.array(labels), CLASSES)


def test_results_follow_the_requests(rng: np.random.Generator) -> None:
    requests = [_request(rng, ["pop", "jazz", "rock"] * 4) for _ in range(6)]
    together = fit_label_distributions(requests, jobs=2, progress=Silent())
    for request, distributions in zip(requests, together, strict=True):
        alone = request.enhancer.fit_transform(request.X, request.labels)
        np.testing.assert_array_equal(distributions, alone)


def test_with_and_without_features_stay_in_order(rng: np.random.Generator) -> None:
    labels = ["pop", "jazz", "rock"] * 4
    bare = FitRequest("none", OneHot(), None, np.array(labels), CLASSES)
    requests = [_request(rng, labels), bare, _request(rng, labels), bare]
    one, two, three, four = fit_label_distributions(requests, jobs=1, progress=Silent())
    np.testing.assert_array_equal(two, OneHot().fit_transform(None, labels))
    np.testing.assert_array_equal(two, four)
    assert not np.array_equal(one, three)


def test_class_without_tracks_gets_zeros() -> None:
    labels = np.array(["rock", "jazz"] * 4)
    request = FitRequest("none", OneHot(), None, labels, CLASSES)
    (distributions,) = fit_label_distributions([request], jobs=1, progress=Silent())
    np.testing.assert_array_equal(distributions[:2], [[0, 0, 1], [1, 0, 0]])


def test_warning_of_many_folds_is_told_once(rng: np.random.Generator) -> None:
    progress = Silent()
    requests = [
        FitRequest("s_a", KNNSmoothing(6), rng.normal(size=(n, 4)), labels, CLASSES)
        for n in (8, 10, 12)
        for labels in [np.array(["pop", "jazz"] * (n // 2))]
    ]
    fit_label_distributions(requests, jobs=1, progress=progress)
    (warning,) = progress.warnings
    assert warning.startswith("s_a: n_neighbors=6 is more than the 3 neighbours")


def test_a_solver_that_was_stopped_early_is_told(rng: np.random.Generator) -> None:
    progress = Silent()
    labels = np.array(["pop", "jazz"] * 10)
    stopped = KNNSmoothing(3, transformer=LMNN(2, solver="gd", max_iter=3, random_state=0))
    request = FitRequest("s_b", stopped, rng.normal(size=(20, 4)), labels, CLASSES)
    fit_label_distributions([request], jobs=1, progress=progress)
    (warning,) = progress.warnings
    assert warning.startswith("s_b: ")
    assert "max_iter=3" in warning
