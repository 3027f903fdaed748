import json

import numpy as np
import pytest

from essentia_ldl.evaluation import CrossValidation, Fold, make_folds, out_of_fold


@pytest.fixture
def result() -> CrossValidation:
    # Two repeats of two folds over four tracks.
    y = [0, 0, 1, 1]
    halves = (np.array([0, 2]), np.array([1, 3]))
    folds = [Fold(repeat, i, halves[1 - i], halves[i]) for repeat in (0, 1) for i in (0, 1)]
    predictions = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    return CrossValidation.from_probabilities(
        y, folds, np.array([[0.8, 0.2], [0.2, 0.8]])[predictions]
    )


def test_by_hand(result: CrossValidation) -> None:
    assert result.per_fold == (1, 1, 0.5, 0.5)
    assert result.fold_mean == 0.75
    np.testing.assert_allclose(result.fold_sd, np.sqrt(4 * 0.25**2 / 3))
    # All right in the first repeat; one of two in each class in the second.
    assert result.pooled == (1 + 0.5) / 2
    np.testing.assert_array_equal(result.confusion, [[3, 1], [1, 3]])
    np.testing.assert_allclose(result.log_loss, -(6 * np.log(0.8) + 2 * np.log(0.2)) / 8)


def test_pooled_is_not_the_mean_of_folds_of_unequal_classes() -> None:
    y = [0, 1, 1, 1]
    folds = [
        Fold(0, 0, np.array([1]), np.array([0, 2, 3])),
        Fold(0, 1, np.array([0, 2, 3]), np.array([1])),
    ]

    result = CrossValidation.from_probabilities(y, folds, np.eye(2)[[[0, 1, 0, 1]]])

    assert result.per_fold == (0.75, 1)  # the second fold holds one class
    np.testing.assert_allclose(result.pooled, (1 + 2 / 3) / 2)


def test_report(result: CrossValidation) -> None:
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))

    assert content["balanced_accuracy"] == {
        "pooled": 0.75,
        "fold_mean": 0.75,
        "fold_sd": result.fold_sd,
        "per_fold": [1, 1, 0.5, 0.5],
    }
    assert content["confusion"] == [[3, 1], [1, 3]]
    assert content["log_loss"] == result.log_loss


def test_permuted_tracks_give_the_same(rng: np.random.Generator) -> None:
    y = rng.integers(3, size=30)
    folds = make_folds(y, n_splits=3, n_repeats=2)
    probabilities = rng.dirichlet(np.ones(3), size=(2, 30))
    order = rng.permutation(30)
    place = np.argsort(order)

    a = CrossValidation.from_probabilities(y, folds, probabilities)
    b = CrossValidation.from_probabilities(
        y[order],
        [Fold(f.repeat, f.fold, place[f.train], place[f.test]) for f in folds],
        probabilities[:, order],
    )

    assert (a.per_fold, a.pooled) == (b.per_fold, b.pooled)
    np.testing.assert_array_equal(a.confusion, b.confusion)
    np.testing.assert_allclose(a.log_loss, b.log_loss)


def test_out_of_fold_keeps_what_each_head_did_not_learn_from(rng: np.random.Generator) -> None:
    folds = make_folds(rng.integers(3, size=30), n_splits=3, n_repeats=2)
    predicted = rng.dirichlet(np.ones(3), size=(6, 30))

    kept = out_of_fold(folds, predicted)

    assert kept.shape == (2, 30, 3)
    for number, fold in enumerate(folds):
        np.testing.assert_array_equal(kept[fold.repeat, fold.test], predicted[number, fold.test])


def test_every_fold_needs_its_predictions() -> None:
    folds = make_folds([0, 0, 1, 1], n_splits=2)

    with pytest.raises(ValueError, match="shorter"):
        out_of_fold(folds, np.ones((1, 4, 2)))
