import numpy as np

from essentia_ldl.audit.overlaps import overlaps_of


def test_classes_count_alike_whatever_their_sizes() -> None:
    distributions = np.array([[0.5, 0.5]] * 8 + [[0.9, 0.1]])
    codes = np.array([0] * 8 + [1])
    (pair,) = overlaps_of(distributions, codes, np.array([0] * 9), ("a", "b"))
    assert pair.confusion == (0.5 + 0.9) / 2
    assert pair.n_tracks == 1


def test_the_most_confused_pair_comes_first_and_others_are_left_out() -> None:
    distributions = np.array([[0.4, 0.6, 0.0], [0.1, 0.8, 0.1], [0.0, 0.9, 0.1], [1, 0, 0]])
    codes = np.array([0, 1, 2, 0])
    found = overlaps_of(distributions, codes, distributions.argmax(axis=1), ("a", "b", "c"))
    assert [(pair.first, pair.second) for pair in found] == [("b", "c"), ("a", "b")]


def test_a_class_without_tracks_is_confused_with_none() -> None:
    distributions = np.array([[0.3, 0.7, 0.0], [0.2, 0.8, 0.0]])
    found = overlaps_of(distributions, np.array([0, 1]), np.array([1, 1]), ("a", "b", "empty"))
    assert [pair.n_tracks for pair in found] == [1]
