import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from threadpoolctl import threadpool_limits

from essentia_ldl.audit.scores import score_tracks, scoring_settings
from tools.planted.measurement import plant

CLASSES = ("a", "b", "c")

Tracks = tuple[NDArray[np.float64], NDArray[np.str_]]


@pytest.fixture
def collection(rng: np.random.Generator) -> Tracks:
    codes = np.repeat(np.arange(3), 20)
    X = 2 * np.eye(3)[codes] + rng.normal(scale=0.6, size=(60, 3))
    return X, np.array(CLASSES)[codes]


def test_planted_errors_come_first(collection: Tracks) -> None:
    X, labels = collection
    planted, wrong = plant(labels, 0.1, seed=1)
    scores = score_tracks(X, planted.tolist(), CLASSES)
    assert roc_auc_score(wrong, scores.suspicion) > 0.97
    assert roc_auc_score(wrong, scores.neighbor_suspicion) > 0.95
    suggested = np.array(CLASSES)[scores.suggested]
    assert (suggested[wrong] == labels[wrong]).mean() > 0.8


def test_scores_are_what_they_are_said_to_be(collection: Tracks) -> None:
    X, labels = collection
    scores = score_tracks(X, labels.tolist(), (*CLASSES, "empty"), n_neighbors=4)
    own = scores.distributions[np.arange(60), np.repeat(np.arange(3), 20)]
    assert np.allclose(scores.suspicion, 1 - own)
    assert (scores.distributions[:, 3] == 0).all()
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.nan_to_num(scores.distributions * np.log(scores.distributions))
    assert np.allclose(scores.ambiguity, -terms.sum(axis=1) / np.log(4))
    for values in (scores.suspicion, scores.ambiguity, scores.neighbor_suspicion):
        assert ((values >= 0) & (values <= 1)).all()
    assert scores.neighbors.shape == (60, 4)


def test_the_same_seed_gives_the_same_numbers_on_any_number_of_threads(
    collection: Tracks,
) -> None:
    X, labels = collection
    with threadpool_limits(2):
        first = score_tracks(X, labels.tolist(), CLASSES, seed=4)
    second = score_tracks(X, labels.tolist(), CLASSES, seed=4)
    assert first.distributions.tobytes() == second.distributions.tobytes()
    other = score_tracks(X, labels.tolist(), CLASSES, seed=5)
    assert first.distributions.tobytes() != other.distributions.tobytes()


def test_a_copy_under_another_label_does_not_vouch_for_its_twin(
    collection: Tracks,
) -> None:
    X, labels = collection
    X = np.vstack([X, X[:1]])
    names = [*labels.tolist(), "c"]
    scores = score_tracks(X, names, CLASSES, duplicates=[(0, 60)])
    assert scores.suspicion[60] > 0.5 > scores.suspicion[0]
    assert 60 not in scores.neighbors[0]
    assert 0 not in scores.neighbors[60]
    assert np.allclose(scores.distributions[0], scores.distributions[60], atol=0.2)


def test_a_group_does_not_vouch_for_itself(rng: np.random.Generator) -> None:
    # Each artist sounds like nobody else, and has tracks in one class.
    artists = np.repeat(np.arange(8), 5)
    X = 5 * np.eye(8)[artists] + rng.normal(scale=0.1, size=(40, 8))
    labels = np.where(artists % 2, "a", "b").tolist()
    alone = score_tracks(X, labels, ("a", "b"))
    grouped = score_tracks(X, labels, ("a", "b"), groups=artists)
    assert alone.suspicion.max() < 0.2
    assert grouped.suspicion.mean() > 0.3
    assert all(artists[row] not in artists[found] for row, found in enumerate(grouped.neighbors))


def test_what_cannot_be_judged_is_told(rng: np.random.Generator) -> None:
    X = rng.normal(size=(21, 3))
    labels = ["a"] * 10 + ["b"] * 10 + ["c"]
    groups = [*"uvwxyuvwxy", *"z" * 10, "u"]
    scores = score_tracks(X, labels, CLASSES, groups=groups, n_neighbors=12)
    told = " ".join(scores.warnings)
    assert "all tracks of b are of one group" in told
    assert "c has one recording only" in told
    assert "12 neighbours" in scores.neighbor_warnings[0]
    few = score_tracks(X[:14], labels[:14], ("a", "b"), n_neighbors=3)
    (warning,) = few.warnings
    assert "fewer than 5 recordings" in warning
    assert warning.endswith(": b (add tracks)")
    fine = score_tracks(X[:20], labels[:20], ("a", "b"), n_neighbors=5)
    assert (fine.warnings, fine.neighbor_warnings) == ((), ())


def test_wrong_input_is_refused(collection: Tracks) -> None:
    X, labels = collection
    with pytest.raises(ValueError, match="59 labels for embeddings"):
        score_tracks(X, labels.tolist()[1:], CLASSES)
    with pytest.raises(ValueError, match="not finite"):
        score_tracks(np.where(X > 2, np.nan, X), labels.tolist(), CLASSES)
    with pytest.raises(ValueError, match="'c'"):
        score_tracks(X, labels.tolist(), ("a", "b"))


def test_settings_are_plain() -> None:
    assert scoring_settings()["classifier"] == "LogisticRegression"
