"""The page of an external validation."""

import csv
import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from essentia_ldl.evaluation.accuracy_comparison import AccuracyComparison
from essentia_ldl.evaluation.bootstrap import Resampling
from essentia_ldl.evaluation.distance_comparison import DistanceComparison
from essentia_ldl.labels.metrics import LDL_METRICS, SIMILARITIES
from essentia_ldl.report.predictions import PredictionTable
from essentia_ldl.report.validation import write_validation
from essentia_ldl.report.validation_content import DifferenceContent, ValidationContent
from essentia_ldl.report.validation_page import LONG_LIST, MEASURES, render_validation, verdict
from tests.report.browser import dump_dom

MakeReport = Callable[..., dict[str, Any]]

_CANARY = "document.body.dataset.ran = 1"


@pytest.fixture
def make_report() -> MakeReport:
    """What a validation on forty tracks found, in plain JSON types."""

    def make(
        classes: tuple[str, ...] = ("blues", "jazz", "rock"),
        models: tuple[str, ...] = ("one", "two"),
        missing: int = 1,
        odd: str = "14/214.mp3",
        **changes: Any,
    ) -> dict[str, Any]:
        rng = np.random.default_rng(0)
        n_classes, how = len(classes), Resampling(n_resamples=50)
        rows = {name: rng.dirichlet(np.ones(n_classes), size=40) for name in models}
        votes = rng.multinomial(3, np.full(n_classes, 1 / n_classes), size=40) / 3
        y = np.arange(40) % (n_classes - 1)  # The last class has no track.
        report = {
            "task": "genre_test",
            "classes": list(classes),
            "source": "/music/raw.tsv",
            "audio": "/music/audio",
            "min_votes": 2,
            "n_tracks": 40,
            "left_out": {"where no annotator names a class": 3},
            "missing": [{"path": odd, "reason": "is not there (x)"}] * missing,
            "unreadable": [{"path": odd, "reason": "is silent (remove it)"}],
            "models": {
                name: {
                    "path": f"/models/{name}.json",
                    "name": "genre_test",
                    "backbone": "msd-musicnn-1",
                    "engine": "essentia",
                    "seconds": 1.5,
                }
                for name in models
            },
            "accuracy": AccuracyComparison.of(y, rows, how=how).to_dict(),
            "distances": {
                **DistanceComparison.of(votes, rows, how=how).to_dict(),
                "tracks_per_votes": {"2": 10, "3": 30},
            },
            "intervals": {
                "n_resamples": 50,
                "confidence": 0.95,
                "seed": 0,
                "unit": "artist",
                "n_units": 9,
            },
            "warnings": ["no track is rock"],
            "versions": {"python": "3.11.9"},
        }
        return {**report, **changes}

    return make


@pytest.fixture
def table() -> PredictionTable:
    row = np.array([[0.25, 0.75]])
    return PredictionTable(("a.mp3",), ("x",), (("x", "x", "x"),), ("x", "=y"), {"one": row})


def _text(report: dict[str, Any]) -> str:
    page = render_validation(ValidationContent.model_validate(report))
    without_style = re.sub(r"<style>.*?</style>|<wbr>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_style)).split())


def test_everything_a_reader_asks_is_there_in_order(make_report: MakeReport) -> None:
    report = make_report()
    text = _text(report)
    first = report["accuracy"]["models"]["one"]
    nearest = report["distances"]["models"]["one"]["kullback_leibler"]
    questions = [
        "External validation",
        "genre_test",
        "2 models on 40 tracks",
        "1 missing, 1 unreadable",
        "Accuracy",
        f"{first['balanced_accuracy']['value']:.3f}",
        f"{first['balanced_accuracy']['low']:.3f} to {first['balanced_accuracy']['high']:.3f}",
        f"{first['log_loss']:.3f}",
        "chance 0.500",
        "Class by class",
        "What is taken for what",
        "Distance to the annotators' votes",
        f"{nearest['value']:.3f} {nearest['low']:.3f} to {nearest['high']:.3f}",
        "uniform",
        "two minus one",
        "10 tracks have 2 votes for classes, 30 tracks have 3 votes for classes. A vote",
        "Tracks that do not count",
        "where no annotator names a class 3",
        "is not there (x)",
        "is silent (remove it)",
        "no track is rock",
        "/models/one.json",
        "3.11.9",
    ]
    positions: list[int] = []
    for question in questions:
        position = text.find(question, positions[-1] if positions else 0)
        assert position >= 0, question
        positions.append(position)


def test_a_class_without_tracks_has_no_recall(make_report: MakeReport) -> None:
    assert re.search(r"rock 0 – –", _text(make_report()))


def test_parts_that_were_not_asked_for_are_not_there(make_report: MakeReport) -> None:
    text = _text(make_report(models=("one",), distances=None, min_votes=None, warnings=[]))
    assert "1 model on" in text
    for absent in ("Distance to", "Warnings", " minus ", "does not tell", "do not tell"):
        assert absent not in text
    assert "Class by class" not in _text(make_report(accuracy=None))


def test_a_long_list_is_folded(make_report: MakeReport) -> None:
    page = render_validation(ValidationContent.model_validate(make_report(missing=LONG_LIST + 1)))
    assert f"<summary>{LONG_LIST + 1} tracks</summary>" in page
    assert page.count("is not there (x)") == LONG_LIST + 1


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0.01, 0.2, "b is more accurate than a, by 0.100 (0.010 to 0.200)."),
        (-0.3, -0.01, "a is more accurate than b, by 0.100 (0.010 to 0.300)."),
        (-0.1, 0.2, "These tracks do not tell whether b or a is more accurate"),
        (0.0, 0.2, "These tracks do not tell whether b or a is more accurate"),
    ],
)
def test_the_verdict_follows_the_interval(low: float, high: float, sentence: str) -> None:
    value = -0.1 if high < 0 else 0.1
    difference = DifferenceContent(model="b", other="a", value=value, low=low, high=high)
    assert verdict(difference).startswith(sentence)


def test_every_measure_has_its_column() -> None:
    assert [measure.key for measure in MEASURES] == list(LDL_METRICS)
    assert {measure.key for measure in MEASURES if measure.better == "more"} == SIMILARITIES


def test_what_is_written_is_the_report(
    make_report: MakeReport, table: PredictionTable, tmp_path: Path
) -> None:
    report = make_report()
    first, second = (write_validation(tmp_path / name, report, table) for name in ("a", "b"))
    assert json.loads(first.json.read_text("utf-8")) == report
    for one, other in ((first.json, second.json), (first.html, second.html)):
        assert one.read_bytes() == other.read_bytes()
    rows = list(csv.reader(io.StringIO(first.csv.read_text("utf-8"))))
    assert rows == [
        ["path", "truth", "votes", "model", "predicted", "x", "'=y"],
        ["a.mp3", "x", "x,x,x", "one", "'=y", "0.25", "0.75"],
    ]


def test_nothing_is_written_when_an_entry_is_missing(
    make_report: MakeReport, table: PredictionTable, tmp_path: Path
) -> None:
    report = make_report()
    del report["accuracy"]["models"]["one"]["confusion"]
    with pytest.raises(ValidationError, match="confusion"):
        write_validation(tmp_path, report, table)
    assert not list(tmp_path.iterdir())


def test_tables_of_differing_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 paths, 2 truths"):
        PredictionTable(("a",), ("x", "y"), (("x",),), ("x", "y"), {})


def test_a_browser_draws_it_and_runs_nothing(
    make_report: MakeReport, table: PredictionTable, tmp_path: Path
) -> None:
    names = (f"<script>{_CANARY}</script>", f'"><img src=x onerror="{_CANARY}">')
    report = make_report(classes=(*names, "rock"), models=names, odd=f"<script>{_CANARY}</script>")
    files = write_validation(tmp_path / "out", report, table)
    dom = dump_dom(files.html, tmp_path / "profile")
    assert "data-ran" not in dom
    assert "<script" not in dom
    assert "<img" not in dom
    assert dom.count('class="spread"') == 2
    assert len(re.findall(r'<table class="matrix', dom)) == 2
