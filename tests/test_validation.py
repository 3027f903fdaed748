"""External validation from the list to the page, on real sound through real engines."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, log_loss

from essentia_ldl.errors import CollectionError, OptionError, OutputError
from essentia_ldl.evaluation.bootstrap import Resampling
from essentia_ldl.labels.metrics import LDL_METRICS
from essentia_ldl.progress import Silent
from essentia_ldl.validation import ValidationResult, validate_models
from tests.annotated import write_annotations
from tests.random_heads import write_head
from tests.recorder import Recorder

CLASSES = ("blu", "jaz", "roc")
_NUMBERS = range(214, 222)
_VOTES = {
    214: ["rock", "rock", "rock"],
    215: ["jazz", "jazz", "jazz"],
    216: ["blues", "blues", "blues"],
    217: ["rock", "jazz", "rock"],
    218: ["rock", "jazz", "blues"],
    219: ["jazz", "jazz", "unmatched"],
    220: ["rock", "rock", "rock"],
    221: ["blues", "blues", "blues"],
    222: ["rock", "rock", "rock"],
    223: ["unmatched", "unmatched", "unmatched"],
    224: ["rock", "unmatched"],
    225: ["pop", "pop", "pop"],
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Annotations of twelve tracks with audio for eight, one of them broken; two models."""
    folder = tmp_path_factory.mktemp("validation")
    random = np.random.default_rng(0)
    for number in _NUMBERS:
        name = f"{number}{'.low' * (number % 2)}.mp3"
        file = folder / "audio" / f"{number % 100:02d}" / name
        file.parent.mkdir(parents=True)
        tone = np.sin(number * np.arange(4 * 16000) / 16000 * (number - 213))
        sound = 0.2 * tone + 0.02 * random.standard_normal(len(tone)) * (number % 3)
        soundfile.write(file, sound, 16000, format="mp3")
    file.write_text("words")
    write_annotations(
        folder / "raw.tsv",
        {number: {"genre_tzanetakis": given} for number, given in _VOTES.items()},
    )
    write_head(folder / "one.json", "genre_tzanetakis", CLASSES, seed=3)
    write_head(folder / "two.json", "genre_tzanetakis", ("rock", "blues", "jazz"), seed=4)
    return folder


def _validate(place: Path, built_models: Path, **options: Any) -> ValidationResult:
    settings = {"audio": place / "audio", "models_dir": built_models, **options}
    return validate_models([place / "one.json", place / "two.json"], place / "raw.tsv", **settings)


@pytest.fixture(scope="module")
def result(place: Path, built_models: Path) -> ValidationResult:
    return _validate(place, built_models, raw=True, out=place / "out")


Rows = dict[str, NDArray[np.float64]]


@pytest.fixture(scope="module")
def predicted(result: ValidationResult) -> tuple[list[dict[str, str]], Rows]:
    """What predictions.csv says: its lines for one model, and every model's distributions."""
    assert result.files is not None
    with open(result.files.csv, encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    rows = {
        model: np.array(
            [[float(line[name]) for name in CLASSES] for line in lines if line["model"] == model]
        )
        for model in ("one", "two")
    }
    return [line for line in lines if line["model"] == "one"], rows


def test_every_track_is_accounted_for(result: ValidationResult) -> None:
    report = result.report
    assert report["task"] == "genre_tzanetakis"
    assert report["classes"] == list(CLASSES)
    assert report["n_tracks"] == 7
    assert report["intervals"]["unit"] == "artist"
    assert report["intervals"]["n_units"] == 4
    assert [skip["path"] for skip in report["missing"]] == ["22/222.mp3"]
    assert [skip["path"] for skip in report["unreadable"]] == ["21/221.mp3"]
    assert report["left_out"] == {
        "where no annotator names a class": 1,
        "with fewer than 2 votes for classes": 1,
        "with votes for a class that the models lack": 1,
    }
    total = 7 + 1 + 1 + sum(report["left_out"].values())
    assert total == len(_VOTES)


def test_the_table_holds_truth_and_votes(
    predicted: tuple[list[dict[str, str]], Rows],
) -> None:
    tracks, rows = predicted
    assert [line["path"] for line in tracks] == [f"{n % 100}/{n}.mp3" for n in range(214, 221)]
    assert [line["truth"] for line in tracks] == ["roc", "jaz", "blu", "", "", "", "roc"]
    assert tracks[3]["votes"] == "roc,jaz,roc"
    assert tracks[5]["votes"] == "jaz,jaz"
    for values in rows.values():
        np.testing.assert_allclose(values.sum(axis=1), 1, rtol=1e-9)
    assert np.abs(rows["one"] - rows["two"]).max() > 0.01, "two models"


def test_accuracy_is_scikit_learns_of_the_table(
    result: ValidationResult, predicted: tuple[list[dict[str, str]], Rows]
) -> None:
    tracks, rows = predicted
    agreed = [index for index, line in enumerate(tracks) if line["truth"]]
    y = [CLASSES.index(tracks[index]["truth"]) for index in agreed]
    accuracy = result.report["accuracy"]
    assert accuracy["tracks_per_class"] == [1, 1, 2]
    for model, values in rows.items():
        guessed = values[agreed].argmax(axis=1)
        found = accuracy["models"][model]
        expected = balanced_accuracy_score(y, guessed)
        assert found["balanced_accuracy"]["value"] == pytest.approx(expected)
        assert found["confusion"] == confusion_matrix(y, guessed, labels=[0, 1, 2]).tolist()
        assert found["log_loss"] == pytest.approx(log_loss(y, values[agreed], labels=[0, 1, 2]))


def test_distances_are_those_of_the_table(
    result: ValidationResult, predicted: tuple[list[dict[str, str]], Rows]
) -> None:
    tracks, rows = predicted
    given = [line["votes"].split(",") for line in tracks]
    votes = np.array([[v.count(name) / len(v) for name in CLASSES] for v in given])
    distances = result.report["distances"]
    assert distances["tracks_per_votes"] == {"2": 1, "3": 6}
    assert distances["n_divided"] == 2
    for model, values in rows.items():
        for measure, metric in LDL_METRICS.items():
            expected = metric(votes, values).mean()
            assert distances["models"][model][measure]["value"] == pytest.approx(expected)


def test_files_are_the_report_and_the_same_again(
    result: ValidationResult, place: Path, built_models: Path
) -> None:
    assert result.files is not None
    assert json.loads(result.files.json.read_text("utf-8")) == result.report
    again = _validate(place, built_models, raw=True, out=place / "again", jobs=2)
    assert again.files is not None
    assert again.files.csv.read_bytes() == result.files.csv.read_bytes()
    for part in ("accuracy", "distances"):
        assert again.report[part] == result.report[part]


def test_the_clean_reading_has_the_same_accuracy(
    result: ValidationResult, place: Path, built_models: Path
) -> None:
    progress = Silent()
    clean = _validate(place, built_models, progress=progress).report
    assert clean["distances"] is None
    assert clean["accuracy"] == result.report["accuracy"]
    assert clean["left_out"]["without three equal votes"] == 4
    assert any(line.startswith("missing: 22/222.mp3") for line in progress.warnings)
    assert any(line.startswith("unreadable: 21/221.mp3") for line in progress.warnings)


def test_a_collection_is_validated_on_too(place: Path, built_models: Path) -> None:
    lines = ["path,label", "audio/14/214.mp3,rock", "audio/15/215.low.mp3,jazz", "no.mp3,jazz"]
    (place / "mine.csv").write_text("\n".join(lines))
    how = Resampling(n_resamples=50)
    found = validate_models(
        [place / "one.json"], place / "mine.csv", models_dir=built_models, resampling=how
    )
    report = found.report
    assert found.files is None
    assert report["intervals"]["unit"] == "track"
    assert report["accuracy"]["tracks_per_class"] == [0, 1, 1]
    assert [Path(skip["path"]).name for skip in report["missing"]] == ["no.mp3"]
    assert report["warnings"] == [
        "no track is blu: the accuracy is the mean over the other classes"
    ]


@pytest.mark.parametrize("options", [{"raw": True}, {"audio": "."}])
def test_a_collection_has_no_votes(
    place: Path, built_models: Path, options: dict[str, Any]
) -> None:
    (place / "none.csv").write_text("path,label\naudio/14/214.mp3,rock\n")
    models = [place / "one.json"]
    with pytest.raises(OptionError, match="is no annotation file"):
        validate_models(models, place / "none.csv", models_dir=built_models, **options)


def test_a_list_that_does_not_exist_is_said_to_be_absent(place: Path, built_models: Path) -> None:
    with pytest.raises(CollectionError, match="does not exist"):
        validate_models(
            [place / "one.json"],
            place / "absent.tsv",
            audio=place / "audio",
            models_dir=built_models,
        )


def test_annotations_need_their_audio(place: Path, built_models: Path) -> None:
    with pytest.raises(OptionError, match="needs the folder") as caught:
        _validate(place, built_models, audio=None)
    assert "--audio" in caught.value.remedy


@pytest.mark.parametrize("options", [{"min_votes": 2}, {"raw": True, "min_votes": 0}, {"jobs": 0}])
def test_numbers_that_mean_nothing_are_refused(
    place: Path, built_models: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(OptionError, match=r"nothing asks for|at least 1"):
        _validate(place, built_models, **options)


def test_votes_that_never_agree_have_distances_alone(
    place: Path, built_models: Path, tmp_path: Path
) -> None:
    votes = {217: {"genre_tzanetakis": ["rock", "jazz", "rock"]}}
    file = write_annotations(tmp_path / "raw.tsv", votes)
    options: dict[str, Any] = {"audio": place / "audio", "models_dir": built_models}
    found = validate_models([place / "one.json"], file, raw=True, out=tmp_path, **options)
    assert found.report["accuracy"] is None
    assert found.report["distances"]["n_divided"] == 1
    assert "no track has three equal votes" in found.report["warnings"][0]
    with pytest.raises(CollectionError, match="1 without three equal votes"):
        validate_models([place / "one.json"], file, **options)


def test_an_unwritable_folder_is_found_out_before_the_work(
    place: Path, built_models: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    progress = Recorder()
    with pytest.raises(OutputError, match="cannot be written"):
        _validate(place, built_models, out=tmp_path / "file", progress=progress)
    assert not progress.stages


def test_tracks_that_all_fail_are_an_error(place: Path, built_models: Path, tmp_path: Path) -> None:
    votes = {221: {"genre_tzanetakis": ["rock", "rock", "rock"]}}
    file = write_annotations(tmp_path / "clean.tsv", votes)
    with pytest.raises(CollectionError, match="none can be classified") as caught:
        validate_models([place / "one.json"], file, audio=place / "audio", models_dir=built_models)
    assert "21/221.mp3" in caught.value.reason
