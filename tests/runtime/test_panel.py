"""Several models on the same tracks."""

from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.errors import ModelError, OptionError
from essentia_ldl.runtime import Classifier, Prediction
from essentia_ldl.runtime.panel import Panel, distinct_names
from tests.random_heads import write_head
from tests.recorder import Recorder

GENRES = ("jazz", "pop", "rock")


@pytest.fixture(scope="module")
def heads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two heads of the same classes, spelled and ordered by each in its own way."""
    folder = tmp_path_factory.mktemp("heads")
    write_head(folder / "one.json", "genre_dortmund", GENRES, seed=1)
    write_head(folder / "other.json", "mine", ("Rock", "JAZZ", "Pop"), seed=2)
    return folder


def test_classes_are_aligned_and_bad_tracks_are_left_out(
    heads: Path, built_models: Path, audio: Path
) -> None:
    models = [heads / "one.json", heads / "other.json"]
    panel = Panel.of(models, taxonomy="genre_dortmund", models_dir=built_models)
    paths = [audio / name for name in ("a.wav", "b.mp3", "c.flac", "absent.wav")]
    progress = Recorder()
    answers = panel.classify(paths, progress)
    assert panel.vocabulary.classes == GENRES
    assert answers.answered == (0, 2)
    assert list(answers.failed) == [1, 3]
    assert "cannot be decoded" in answers.failed[1]
    assert "no such file" in answers.failed[3]
    stages = [stage[:2] for stage in progress.stages]
    assert stages == [("Classifying: one", 4), ("Classifying: other", 4)]
    assert answers.seconds.keys() == {"one", "other"}
    for model, order in zip(models, (GENRES, ("JAZZ", "Pop", "Rock")), strict=True):
        results = Classifier(model, models_dir=built_models).predict([paths[0], paths[2]])
        for row, result in zip(answers.by_model[model.stem], results, strict=True):
            assert isinstance(result, Prediction)
            own = [result.probabilities[name] for name in order]
            np.testing.assert_allclose(row, np.array(own), rtol=1e-6)


def test_separate_scores_become_a_distribution(
    built_models: Path, audio: Path, tmp_path: Path
) -> None:
    """A head is read as the zoo's older models are, whose classes end in sigmoids."""
    head = write_head(tmp_path / "old.json", "genre_dortmund", GENRES)
    scores = {"name": "model/Softmax", "shape": [3], "op": "Sigmoid",
              "output_purpose": "predictions"}  # fmt: skip
    write_head(tmp_path / "old.json", "genre_dortmund", GENRES, schema={
        "inputs": [{"name": "model/Placeholder", "shape": [200]}], "outputs": [scores],
    })  # fmt: skip
    answers = Panel.of([head], models_dir=built_models).classify([audio / "a.wav"], Recorder())
    np.testing.assert_allclose(answers.by_model["old"].sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("kind", ["multi-label classifier", "auto-tagging", "regression model"])
def test_models_that_do_not_choose_one_class_are_refused(
    built_models: Path, tmp_path: Path, kind: str
) -> None:
    head = write_head(tmp_path / "tags.json", "tags", GENRES, type=kind)
    with pytest.raises(ModelError, match="no classes that exclude each other") as caught:
        Panel.of([head], models_dir=built_models)
    assert caught.value.subject == str(head)


def test_models_of_different_classes_are_refused(
    heads: Path, built_models: Path, tmp_path: Path
) -> None:
    fewer = write_head(tmp_path / "fewer.json", "genre_dortmund", GENRES[:2])
    with pytest.raises(OptionError, match="different classes apart"):
        Panel.of([heads / "one.json", fewer], models_dir=built_models)


def test_names_tell_models_apart() -> None:
    assert distinct_names(["a/x.json", "b/y.json"]) == ("x", "y")
    assert distinct_names(["r/1/h/x.json", "r/2/h/x.json", "r/2/h/y.json"]) == ("1/x", "2/x", "y")
    crossed = ["a/c/x.json", "a/d/x.json", "b/c/x.json", "b/d/x.json"]
    assert distinct_names(crossed) == ("a/c/x", "a/d/x", "b/c/x", "b/d/x")


def test_a_model_is_given_once(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "x.json")
    for models in ([], [tmp_path / "x.json"] * 2, [tmp_path / "x.json", tmp_path / "link.json"]):
        with pytest.raises(OptionError, match=r"no model is given|is given twice"):
            distinct_names(models)
