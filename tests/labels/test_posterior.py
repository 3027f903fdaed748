"""Wrong labels among right ones: found, moved, and none invented."""

import numpy as np
import pytest

from essentia_ldl.labels import LabelPosterior, LabelWarning, LeaveOutTeacher

CLASSES = np.array(["blues", "jazz", "rock"])


def blobs(rng: np.random.Generator, n: int = 180, spread: float = 1.0) -> tuple[np.ndarray, ...]:
    """Three classes, far apart but for their edges; features and column of each sample."""
    codes = np.arange(n) % 3
    centres = 3.5 * np.array([[0, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0]])
    return centres[codes] + spread * rng.normal(size=(n, 4)), codes


def with_errors(
    rng: np.random.Generator, codes: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    wrong = rng.permutation(len(codes))[: round(share * len(codes))]
    noisy = codes.copy()
    noisy[wrong] = (codes[wrong] + rng.integers(1, 3, len(wrong))) % 3
    return noisy, wrong


@pytest.mark.parametrize(("share", "moved"), [(0.1, 0.85), (0.2, 0.85), (0.35, 0.6)])
def test_wrong_labels_are_moved_and_counted(
    rng: np.random.Generator, share: float, moved: float
) -> None:
    X, codes = blobs(rng)
    noisy, wrong = with_errors(rng, codes, share)
    posterior = LabelPosterior().fit(X, CLASSES[noisy])
    found = posterior.label_distributions_.argmax(axis=1)
    assert (found[wrong] == codes[wrong]).mean() > moved
    assert (found != codes).mean() < 0.6 * share
    assert posterior.noise_rate_ == pytest.approx(share, rel=0.3, abs=0.04)


def test_right_labels_stay(rng: np.random.Generator) -> None:
    X, codes = blobs(rng)
    posterior = LabelPosterior().fit(X, CLASSES[codes])
    assert (posterior.label_distributions_.argmax(axis=1) == codes).mean() > 0.98
    assert posterior.label_distributions_[np.arange(180), codes].mean() > 0.97
    assert posterior.noise_rate_ < 0.05


def test_where_next_to_none_is_wrong_nothing_changes(rng: np.random.Generator) -> None:
    X, codes = blobs(rng, spread=0.5)
    posterior = LabelPosterior().fit(X, CLASSES[codes])
    assert posterior.noise_rate_ < 0.03
    np.testing.assert_array_equal(posterior.label_distributions_, np.eye(3)[codes])


@pytest.mark.parametrize("n", [9, 30, 180])
def test_features_that_tell_nothing_change_little(rng: np.random.Generator, n: int) -> None:
    codes = np.arange(n) % 3
    posterior = LabelPosterior().fit(rng.normal(size=(n, 10)), CLASSES[codes])
    assert (posterior.label_distributions_.argmax(axis=1) == codes).all()


def test_a_class_of_one_group_keeps_its_labels(rng: np.random.Generator) -> None:
    X, codes = blobs(rng)
    codes[:18] = codes[:18] // 2  # every third of these is wrong
    groups = np.where(codes == 2, 1000, np.arange(180))
    alone = LabelPosterior().fit_transform(X, CLASSES[codes], groups)
    np.testing.assert_array_equal(alone[codes == 2], np.eye(3)[codes[codes == 2]])
    assert not (alone[codes != 2] == np.eye(3)[codes[codes != 2]]).all()


def test_one_group_in_all_is_told(rng: np.random.Generator) -> None:
    X, codes = blobs(rng, 12)
    with pytest.warns(LabelWarning, match="no label can be judged"):
        kept = LabelPosterior().fit_transform(X, CLASSES[codes], np.zeros(12))
    np.testing.assert_array_equal(kept, np.eye(3)[codes])


@pytest.mark.filterwarnings("ignore::essentia_ldl.labels.LabelWarning")
@pytest.mark.parametrize("kind", [LabelPosterior, LeaveOutTeacher])
def test_one_class_is_left_as_it_is(rng: np.random.Generator, kind: type) -> None:
    distributions = kind().fit_transform(rng.normal(size=(6, 2)), ["rock"] * 6)
    np.testing.assert_array_equal(distributions, np.ones((6, 1)))


def test_a_label_does_not_speak_for_itself(rng: np.random.Generator) -> None:
    X, codes = blobs(rng)
    before = LeaveOutTeacher().fit_transform(X, CLASSES[codes])
    changed = codes.copy()
    changed[0] = 2
    after = LeaveOutTeacher().fit_transform(X, CLASSES[changed])
    # Penalty and sharpness are shared by all samples, and one label of 180 hardly moves them.
    np.testing.assert_allclose(before[0], after[0], atol=0.02)


def test_groups_are_left_out_together(rng: np.random.Generator) -> None:
    groups = np.repeat(np.arange(30), 4)
    X = rng.normal(size=(30, 6))[groups]
    codes = rng.integers(2, size=30)[groups]
    rows = np.arange(120)
    apart = LeaveOutTeacher().fit_transform(X, codes)[rows, codes].mean()
    together = LeaveOutTeacher().fit_transform(X, codes, groups)[rows, codes].mean()
    assert apart > 0.9
    assert together < 0.65


def test_the_same_whatever_the_threads_and_the_scale(rng: np.random.Generator) -> None:
    X, codes = blobs(rng)
    noisy, _ = with_errors(rng, codes, 0.2)
    first = LabelPosterior().fit_transform(X, noisy)
    np.testing.assert_array_equal(first, LabelPosterior().fit_transform(X, noisy))
    np.testing.assert_allclose(
        LabelPosterior().fit_transform(1000 * X + 5, noisy), first, atol=1e-6
    )
