"""The page of an external validation."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.labels.metrics import LDL_METRICS, SIMILARITIES
from essentia_ldl.report.validation_content import DifferenceContent, ValidationContent
from essentia_ldl.report.validation_page import LONG_LIST, MEASURES, render_validation, verdict
from tests.report.browser import dump_dom

MakeReport = Callable[..., dict[str, Any]]

_CANARY = "document.body.dataset.ran = 1"


def _text(report: dict[str, Any]) -> str:
    page = render_validation(ValidationContent.model_validate(report))
    without_style = re.sub(r"<style>.*?</style>|<wbr>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_style)).split())


def test_everything_a_reader_asks_is_there_in_order(make_validation: MakeReport) -> None:
    report = make_validation()
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


def test_a_class_without_tracks_has_no_recall(make_validation: MakeReport) -> None:
    assert re.search(r"rock 0 – –", _text(make_validation()))


def test_parts_that_were_not_asked_for_are_not_there(make_validation: MakeReport) -> None:
    text = _text(make_validation(models=("one",), distances=None, min_votes=None, warnings=[]))
    assert "1 model on" in text
    for absent in ("Distance to", "Warnings", " minus ", "does not tell", "do not tell"):
        assert absent not in text
    assert "Class by class" not in _text(make_validation(accuracy=None))


def test_a_long_list_is_folded(make_validation: MakeReport) -> None:
    page = render_validation(
        ValidationContent.model_validate(make_validation(missing=LONG_LIST + 1))
    )
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


def test_a_browser_draws_it_and_runs_nothing(make_validation: MakeReport, tmp_path: Path) -> None:
    names = (f"<script>{_CANARY}</script>", f'"><img src=x onerror="{_CANARY}">')
    report = make_validation(
        classes=(*names, "rock"), models=names, odd=f"<script>{_CANARY}</script>"
    )
    page = tmp_path / "validation.html"
    page.write_text(render_validation(ValidationContent.model_validate(report)), "utf-8")
    dom = dump_dom(page, tmp_path / "profile")
    assert "data-ran" not in dom
    assert "<script" not in dom
    assert "<img" not in dom
    assert dom.count('class="spread"') == 2
    assert len(re.findall(r'<table class="matrix', dom)) == 2
