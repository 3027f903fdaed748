import json

import numpy as np
import pytest

from essentia_ldl.evaluation import CrossValidation, Fold, make_folds


@pytest.fixture
def result() -> CrossValidation:
    # Two repeats of two folds over four tracks.
    y = [0, 0, 1, 1]
    halves = (np.array([0, 2]), np.array([1, 3]))
    folds = [Fold(repeat, i, halves[1 - i], halves[i]) for repeat in (0, 1) for i in (0, 1)]
    predictions = [[0, 1], [0, 1], [0, 0], [1, 1]]
    return CrossValidation.from_predictions(y, folds, predictions, n_classes=2)


def test_by_hand(result: CrossValidation) -> None:
    assert result.per_fold == (1, 1, 0.5, 0.5)
    assert result.fold_mean == 0.75
    np.testing.assert_allclose(result.fold_sd, np.sqrt(4 * 0.25**2 / 3))
    # All right in the first repeat; one of two in each class in the second.
    assert result.pooled == (1 + 0.5) / 2
    np.testing.assert_array_equal(result.confusion, [[3, 1], [1, 3]])


def test_pooled_is_not_the_mean_of_folds_of_unequal_classes() -> None:
    y = [0, 1, 1, 1]
    folds = [
        Fold(0, 0, np.array([1]), np.array([0, 2, 3])),
        Fold(0, 1, np.array([0, 2, 3]), np.array([1])),
    ]

    result = CrossValidation.from_predictions(y, folds, [[0, 0, 1], [1]], n_classes=2)

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


def test_permuted_tracks_give_the_same(rng: np.random.Generator) -> None:
    y = rng.integers(3, size=30)
    folds = make_folds(y, n_splits=3, n_repeats=2)
    predictions = [rng.integers(3, size=len(fold.test)) for fold in folds]
    shuffles = [rng.permutation(len(fold.test)) for fold in folds]

    a = CrossValidation.from_predictions(y, folds, predictions, n_classes=3)
    b = CrossValidation.from_predictions(
        y,
        [Fold(f.repeat, f.fold, f.train, f.test[s]) for f, s in zip(folds, shuffles, strict=True)],
        [p[s] for p, s in zip(predictions, shuffles, strict=True)],
        n_classes=3,
    )

    assert (a.per_fold, a.pooled) == (b.per_fold, b.pooled)
    np.testing.assert_array_equal(a.confusion, b.confusion)


def test_every_fold_needs_its_predictions() -> None:
    folds = make_folds([0, 0, 1, 1], n_splits=2)

    with pytest.raises(ValueError, match="shorter"):
        CrossValidation.from_predictions([0, 0, 1, 1], folds, [[0, 1]], n_classes=2)
