"""The tracks that noisy labels are tried on."""

from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import CollectionError
from tests.tools.robustness_data import write_made_up
from tools.noisy_labels.material import (
    GROUPED,
    STRATIFIED,
    Material,
    genre_posterior,
    likeness_of,
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_made_up(tmp_path / "made-up.npz")


def test_artists_stay_together_and_unknown_ones_are_nobodys(data: Path) -> None:
    material = Material.read(data)
    assert material.artists[0] != material.artists[1]
    assert material.artists[2] == material.artists[3]
    for fold in material.folds("happy", GROUPED, 0):
        assert not set(material.artists[fold.train]) & set(material.artists[fold.test])
    assert material.groups(STRATIFIED) is None


def test_few_artists_of_a_class_make_fewer_folds(tmp_path: Path) -> None:
    material = Material.read(write_made_up(tmp_path / "few.npz", n_per_class=6))
    assert len(material.folds("genre", STRATIFIED, 0)) == 5
    assert len(material.folds("genre", GROUPED, 0)) == 3
    assert len(material.folds("happy", GROUPED, 0)) == 5


def test_spaces_are_those_that_presets_name(data: Path) -> None:
    material = Material.read(data)
    embedding = material.space("embedding")
    assert embedding is not None
    np.testing.assert_allclose(embedding, material.patches.mean(axis=1), rtol=1e-4, atol=1e-6)
    assert material.space("mfcc_p") is material.mfcc_s
    assert material.space(None) is None


def test_the_posterior_is_of_right_labels(data: Path) -> None:
    posterior = genre_posterior(data)
    np.testing.assert_allclose(posterior.sum(axis=1), 1)
    assert (posterior.argmax(axis=1) == np.arange(120) // 12).mean() > 0.5


def test_likeness_between_two_sides_is_the_genres(data: Path) -> None:
    material = Material.read(data)
    likeness = likeness_of(data, "happy")
    assert likeness.classes.tolist() == [[0, 1], [1, 0]]
    for genre in np.unique(material.genres):
        assert np.ptp(likeness.tracks[material.genres == genre]) == 0
    assert (likeness.tracks > 0).all()
    among_genres = likeness_of(data, "genre")
    assert (among_genres.tracks == 1).all()
    assert (np.diag(among_genres.classes) == 0).all()


def test_what_is_no_file_of_features_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"")
    with pytest.raises(CollectionError, match="is no file of features"):
        Material.read(tmp_path / "a.npz")
