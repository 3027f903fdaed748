"""Memorisation of many enhancers at once."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from essentia_ldl.labels import LMNN, Blend, CrossFitted, KNNSmoothing, LabelEnhancer, preset
from essentia_ldl.labels.checking import check_memorisation
from essentia_ldl.labels.fitting import FitRequest
from essentia_ldl.progress import Silent

CLASSES = ("happy", "sad", "unheard")
SPACE = make_pipeline(StandardScaler(), LMNN(16, solver="gd", max_iter=300, random_state=0))


def _request(enhancer: LabelEnhancer, n_tracks: int, n_features: int = 60) -> FitRequest:
    rng = np.random.default_rng(0)
    labels = np.array(CLASSES)[np.arange(n_tracks) % 2]
    features = rng.normal(size=(n_tracks, n_features))
    return FitRequest(type(enhancer).__name__, enhancer, features, labels, CLASSES)


def test_what_is_learned_by_heart_is_flagged_whatever_it_is_blended_with() -> None:
    smoothing = KNNSmoothing(10, transformer=SPACE)
    enhancers = [
        smoothing,
        Blend(smoothing, share=0.5),
        CrossFitted(smoothing, random_state=0),
        KNNSmoothing(10),
        Blend(KNNSmoothing(10), share=0.9),
    ]
    requests = [_request(enhancer, 120) for enhancer in enhancers]
    progress = Silent()
    found = check_memorisation(requests, seed=0, jobs=2, progress=progress)
    assert [entry.flagged for entry in found] == [True, True, False, False, False]
    assert found[0] == found[1], "the part below the blend"
    assert all(entry.by_chance == 0.5 for entry in found)
    assert progress.warnings == []


@pytest.mark.parametrize("text", ["robust", "robust:temperature=2", "robust:temperature=0.5"])
def test_labels_that_nothing_speaks_against_are_not_learned_by_heart(text: str) -> None:
    enhancer = preset(text).build(n_neighbors={}, n_components=2, random_state=0)
    (found,) = check_memorisation([_request(enhancer, 120)], seed=0, jobs=1, progress=Silent())
    assert not found.flagged


@pytest.mark.parametrize("seed", range(8))
def test_few_tracks_are_not_flagged_by_chance(seed: int) -> None:
    (found,) = check_memorisation(
        [_request(KNNSmoothing(3), 16, 2)], seed=seed, jobs=1, progress=Silent()
    )
    assert not found.flagged


def test_same_seed_same_figures() -> None:
    requests = [_request(KNNSmoothing(3), 30, 2)]
    one, again, other = (
        check_memorisation(requests, seed=seed, jobs=1, progress=Silent()) for seed in (1, 1, 2)
    )
    assert one == again != other
