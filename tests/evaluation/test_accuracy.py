import warnings

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.evaluation import balanced_accuracy, confusion, log_loss

labels = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


def test_mean_of_recalls() -> None:
    # Recalls 3/4, 1/2 and 0/1.
    y_true, y_pred = [0, 0, 0, 0, 1, 1, 2], [0, 0, 0, 1, 1, 2, 0]

    assert balanced_accuracy(y_true, y_pred) == (3 / 4 + 1 / 2 + 0) / 3


@given(labels)
def test_equals_the_mean_of_the_confusions_normalised_diagonal(
    pairs: list[tuple[int, int]],
) -> None:
    y_true, y_pred = np.array(pairs).T

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # predictions outside the given classes are no mistake
        accuracy = balanced_accuracy(y_true, y_pred)

    counts = confusion(y_true, y_pred, 4)
    present = counts.sum(axis=1) > 0
    recalls = counts.diagonal()[present] / counts.sum(axis=1)[present]
    np.testing.assert_allclose(accuracy, recalls.mean())
    assert counts.sum() == len(pairs)


@given(labels, st.randoms(use_true_random=False))
def test_does_not_depend_on_the_order_of_tracks(
    pairs: list[tuple[int, int]], random: object
) -> None:
    y_true, y_pred = np.array(pairs).T
    order = np.random.default_rng(random.randrange(2**32)).permutation(len(pairs))  # type: ignore[attr-defined]

    assert balanced_accuracy(y_true[order], y_pred[order]) == balanced_accuracy(y_true, y_pred)


def test_confusion_has_given_classes_as_rows() -> None:
    np.testing.assert_array_equal(
        confusion([0, 0, 2], [1, 1, 2], 3), [[0, 2, 0], [0] * 3, [0, 0, 1]]
    )


def test_log_loss_by_hand() -> None:
    probabilities = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])

    np.testing.assert_allclose(log_loss([0, 2], probabilities), np.log([2, 8]).mean())
    np.testing.assert_allclose(log_loss([1], [[1 / 3] * 3]), np.log(3))


def test_log_loss_bears_float32_and_certainty() -> None:
    rows = np.array([[0.1, 0.2, 0.7], [1, 0, 0]], dtype=np.float32)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(log_loss([2, 0], rows), -np.log(0.7) / 2, rtol=1e-6)
        assert np.isfinite(log_loss([2, 1], rows.astype(np.float64)))
