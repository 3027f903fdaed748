"""Intervals by resampling, against SciPy's and against what chance would give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import bootstrap

from essentia_ldl.evaluation import balanced_accuracy
from essentia_ldl.evaluation import bootstrap as module
from essentia_ldl.evaluation.bootstrap import BootstrapMeans, Resampling

Table = NDArray[np.float64]


def test_the_mean_over_strata_is_the_balanced_accuracy(rng: np.random.Generator) -> None:
    y, predicted = rng.integers(0, 3, size=(2, 50))
    means = BootstrapMeans.of((y == predicted)[:, None], strata=y)
    assert means.estimate(0).value == pytest.approx(balanced_accuracy(y, predicted))


def test_the_interval_is_scipys(rng: np.random.Generator) -> None:
    """SciPy takes strata as samples, each of two tracks or more; its random numbers differ."""
    parts = [rng.random(n) < p for n, p in ((30, 0.8), (12, 0.4), (50, 0.6))]
    strata = np.repeat(np.arange(3), [len(part) for part in parts])
    how = Resampling(n_resamples=20_000, seed=1)
    mine = BootstrapMeans.of(np.concatenate(parts)[:, None], strata, how=how).estimate(0)

    def mean_of_means(*samples: Table, axis: int) -> Table:
        return np.asarray(np.mean([sample.mean(axis=axis) for sample in samples], axis=0))

    theirs = bootstrap(
        parts, mean_of_means, method="percentile", n_resamples=20_000, rng=rng
    ).confidence_interval
    assert (mine.low, mine.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_a_plain_interval_is_the_normal_one_for_many_tracks(rng: np.random.Generator) -> None:
    values = rng.normal(3, 2, size=2000)
    found = BootstrapMeans.of(values[:, None], how=Resampling(n_resamples=4000)).estimate(0)
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert (found.low, found.high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=0.1 * half
    )


def test_differences_are_paired(rng: np.random.Generator) -> None:
    """Two models that err on the same tracks differ by a little that is certain."""
    easy = rng.random(400) < 0.5
    better = easy | (rng.random(400) < 0.1)
    found = BootstrapMeans.of(np.column_stack([easy, better]))
    difference = found.difference(1, 0)
    assert difference.value == pytest.approx(better.mean() - easy.mean())
    assert 0 < difference.low < difference.value < difference.high
    assert found.estimate(0).high > found.estimate(1).low, "unpaired, they overlap"
    assert found.difference(0, 1).low == pytest.approx(-difference.high)


def test_blocks_do_not_show(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    values, strata = rng.random((40, 2)), rng.integers(0, 3, size=40)
    whole, grouped = BootstrapMeans.of(values, strata), BootstrapMeans.of(values, strata, strata)
    monkeypatch.setattr(module, "_BLOCK", 90)
    np.testing.assert_array_equal(BootstrapMeans.of(values, strata).resampled, whole.resampled)
    np.testing.assert_array_equal(
        BootstrapMeans.of(values, strata, strata).resampled, grouped.resampled
    )


def test_the_seed_decides(rng: np.random.Generator) -> None:
    values = rng.random((30, 1))
    first, again, other = (
        BootstrapMeans.of(values, how=Resampling(seed=seed)).estimate(0) for seed in (0, 0, 1)
    )
    assert first == again != other


@given(
    hits=st.lists(st.booleans(), min_size=1, max_size=12),
    seed=st.integers(0, 9),
    confidence=st.sampled_from([0.5, 0.9, 0.95]),
)
def test_intervals_are_proportions_in_order(hits: list[bool], seed: int, confidence: float) -> None:
    strata = np.arange(len(hits)) % 3
    how = Resampling(200, confidence, seed)
    found = BootstrapMeans.of(np.array(hits)[:, None], strata, how=how).estimate(0)
    assert 0 <= found.low <= found.high <= 1
    if len(hits) <= 3:
        assert found.low == found.value == found.high, "a class of one track has no spread"


def test_more_confidence_is_a_wider_interval(rng: np.random.Generator) -> None:
    values = rng.random((60, 1))
    half, most = (BootstrapMeans.of(values, how=Resampling(confidence=c)).estimate(0)
                  for c in (0.5, 0.99))  # fmt: skip
    assert most.low < half.low < half.value < half.high < most.high


def test_the_interval_covers_as_often_as_it_says(rng: np.random.Generator) -> None:
    """Of 300 sets of 3 x 40 tracks, about 95 % have the true accuracy in the interval."""
    recalls, strata = np.array([0.9, 0.6, 0.75]), np.repeat(np.arange(3), 40)
    covered = 0
    for seed in range(300):
        hits = rng.random(len(strata)) < recalls[strata]
        found = BootstrapMeans.of(hits[:, None], strata, how=Resampling(500, 0.95, seed)).estimate(
            0
        )
        covered += found.low <= recalls.mean() <= found.high
    assert 0.9 <= covered / 300 <= 0.98


def _artists(
    rng: np.random.Generator, n_artists: int, per_artist: int
) -> tuple[Table, NDArray[np.intp], NDArray[np.intp]]:
    """Hits, classes and artists, where an artist's tracks are of one class and recognised alike."""
    artists = np.repeat(np.arange(n_artists), per_artist)
    ease = rng.beta(1.5, 0.5, size=n_artists)  # 0.75 on average
    hits = rng.random(len(artists)) < ease[artists]
    return hits[:, None].astype(float), artists % 2, artists


def test_with_artists_the_interval_covers_as_often_as_it_says(rng: np.random.Generator) -> None:
    """Of 200 sets of 60 artists with 8 tracks each; tracks alone would cover far less."""
    covered = {"artists": 0, "tracks": 0}
    for seed in range(200):
        hits, classes, artists = _artists(rng, 60, 8)
        how = Resampling(300, 0.95, seed)
        for name, groups in (("artists", artists), ("tracks", None)):
            found = BootstrapMeans.of(hits, classes, groups, how).estimate(0)
            covered[name] += found.low <= 0.75 <= found.high
    assert 0.88 <= covered["artists"] / 200 <= 0.99
    assert covered["tracks"] / 200 < 0.8


def test_artists_of_one_track_each_are_the_plain_bootstrap(rng: np.random.Generator) -> None:
    values = rng.random((50, 2))
    np.testing.assert_allclose(
        BootstrapMeans.of(values, groups=np.arange(50)).resampled,
        BootstrapMeans.of(values).resampled,
        rtol=1e-12,
    )


def test_a_resample_without_a_class_is_averaged_over_the_others() -> None:
    """One artist per class: a resample of the first alone has the first's mean."""
    found = BootstrapMeans.of([[1.0], [1.0], [0.0]], strata=[0, 0, 1], groups=["a", "a", "b"])
    assert found.estimate(0).value == 0.5
    assert set(found.resampled.ravel().tolist()) == {0.0, 0.5, 1.0}


@pytest.mark.parametrize(
    ("values", "strata"),
    [(np.empty((0, 1)), None), (np.empty(3), None), (np.empty((3, 1)), [0, 1])],
)
def test_shapes_that_disagree_are_refused(values: Table, strata: list[int] | None) -> None:
    with pytest.raises(ValueError, match="of shape"):
        BootstrapMeans.of(values, strata)


@pytest.mark.parametrize(("n_resamples", "confidence"), [(0, 0.95), (10, 0.0), (10, 1.0)])
def test_settings_that_make_no_interval_are_refused(n_resamples: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="resamples"):
        Resampling(n_resamples, confidence)
