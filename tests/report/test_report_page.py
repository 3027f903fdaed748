"""The page: what it says, and what it must never do."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from essentia_ldl.report import LabelDistributions
from essentia_ldl.report.content import Report
from essentia_ldl.report.page import render_page

Run = tuple[dict[str, Any], LabelDistributions]
MakeRun = Callable[..., Run]

SCRIPT = "<script>alert(1)</script>"
_VOID = {"meta", "link", "wbr"}


class _Outline(HTMLParser):
    """Every tag with its attributes, in order; checks that the tags close as they open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.tags)


def _render(run: Run) -> str:
    report, distributions = run
    return render_page(Report.model_validate(report), distributions)


def _text(page: str) -> str:
    without_style = re.sub(r"<style>.*?</style>|<wbr>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_style)).split())


def test_everything_a_user_asks_is_there_in_order(make_run: MakeRun) -> None:
    text = _text(_render(make_run(skipped=["/music/empty.mp3"])))
    questions = [
        "genre-test",
        "54 tracks in 9 classes",
        "msd-musicnn",
        "The exported model",
        "out/genre-test-msd-musicnn-1.pb",
        'TensorflowPredict2D(output="model/Softmax")',
        "s_a and s_b do worse than one-hot labels",
        "Accuracy and its spread",
        "chance 0.111",
        "What is taken for what",
        "How sure the labels are",
        "This figure alone proves nothing.",
        "k = 10 is more than a class has",
        "/music/empty.mp3",
        "is empty (remove it)",
        "Extracting features",
        "2 min 12 s",
        "3.11.9",
    ]
    positions = [text.index(question) for question in questions]
    assert positions == sorted(positions)


@pytest.mark.parametrize("n_classes", [2, 10, 60])
@pytest.mark.parametrize("variants", [("none",), ("none", "s_a", "s_b")])
def test_figures_have_all_their_marks(
    make_run: MakeRun, n_classes: int, variants: tuple[str, ...]
) -> None:
    run = make_run([f"class {i}" for i in range(n_classes)], variants, repeats=3)
    outline = _Outline(_render(run))
    assert not outline.open
    assert outline.count("circle") == 15 * len(variants)
    assert outline.count("svg") == 1 + len(variants)
    cells = [a for tag, a in outline.tags if tag == "td" and "style" in a]
    assert len(cells) == len(variants) * n_classes**2


def test_text_from_outside_is_shown_and_never_markup(make_run: MakeRun) -> None:
    classes = (SCRIPT, '" onmouseover="alert(1)', "日本の音楽", "موسيقى", "{{ 7 * 7 }}")
    path = "/music/it's \"so\" <b>loud</b> & 'odd'.mp3"
    report, distributions = make_run(classes, skipped=[path], folder="/<i>")
    report |= {"task": f"task {SCRIPT}", "warnings": [SCRIPT]}
    page = _render((report, distributions))
    outline = _Outline(page)
    assert not {"script", "b", "i", "iframe", "img"} & {tag for tag, _ in outline.tags}
    assert not [name for _, attrs in outline.tags for name in attrs if name.startswith("on")]
    text = _text(page)
    assert all(shown in text for shown in (*classes, path, f"task {SCRIPT}"))


def test_nothing_is_loaded_from_anywhere(make_run: MakeRun) -> None:
    page = _render(make_run())
    outline = _Outline(page)
    loads = [
        (tag, value)
        for tag, attrs in outline.tags
        for name, value in attrs.items()
        if name in {"src", "srcset", "data", "action", "xlink:href"}
        or (tag, name) == ("link", "href")
    ]
    assert loads == [("link", "data:,")]
    assert not re.search(r"https?:|url\(|@import|//", page)
    links = {attrs["href"] for tag, attrs in outline.tags if tag == "a"}
    assert links == {"report.json", "label-distributions.csv", "#warnings"}
    assert "default-src 'none'" in page


def test_figures_and_tables_can_be_read_without_being_seen(make_run: MakeRun) -> None:
    outline = _Outline(_render(make_run(skipped=["a.mp3"])))
    identifiers = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(identifiers) == len(set(identifiers))
    for tag, attrs in outline.tags:
        if tag == "svg":
            assert attrs["role"] == "img"
            assert attrs.get("aria-label") or attrs.get("aria-labelledby")
        if tag == "th":
            assert attrs["scope"] in {"row", "col"}
        named = (attrs.get("aria-labelledby") or "").split()
        assert set(named) <= set(identifiers)


def test_what_did_not_happen_leaves_no_trace(make_run: MakeRun) -> None:
    report, distributions = make_run(variants=("none",))
    page = _render((report | {"warnings": []}, distributions))
    for heading in ("Warnings", "Skipped files"):
        assert f"{heading}</" not in page
    for words in ("Corrected p", "repeated", "None"):
        assert words not in _text(page)


def test_log_loss_is_shown_beside_that_of_guessing(make_run: MakeRun) -> None:
    text = _text(_render(make_run()))
    assert "0.432" in text
    assert "guessing has 2.197" in text


def test_settings_that_have_no_name_here_are_shown(make_run: MakeRun) -> None:
    report, distributions = make_run()
    report["optimizer"] = {"learning_rate": 0.001}
    assert "optimizer.learning_rate 0.001" in _text(_render((report, distributions)))


@pytest.mark.parametrize(
    ("repeats", "grouped", "words"),
    [
        (1, True, "by stratified 5-fold cross-validation, grouped (by artist)."),
        (3, False, "cross-validation, repeated 3 times, not grouped by artist."),
    ],
)
def test_says_how_accuracy_was_measured(
    make_run: MakeRun, repeats: int, grouped: bool, words: str
) -> None:
    report, distributions = make_run(repeats=repeats)
    text = _text(_render((report | {"grouped": grouped}, distributions)))
    assert words in text
    assert "trained on all 54 tracks" in text
    assert ("every track counts 3 times" in text) == (repeats == 3)


@pytest.mark.parametrize(
    ("grouped", "words"),
    [(True, "No group (artist) is on both sides"), (False, "No groups (artists) were given")],
)
def test_says_whether_artists_were_kept_apart(make_run: MakeRun, grouped: bool, words: str) -> None:
    report, distributions = make_run()
    assert words in _text(_render((report | {"grouped": grouped}, distributions)))


def test_says_when_another_variant_was_better_than_the_exported_one(make_run: MakeRun) -> None:
    report, distributions = make_run()
    scores = report["variants"]["s_b"]["balanced_accuracy"]
    report["variants"]["s_b"]["balanced_accuracy"] = scores | {"fold_mean": 0.95}
    assert "In cross-validation, s_b did significantly better" in _text(
        _render((report, distributions))
    )


def test_tracks_to_listen_to_are_named_with_their_figures(
    make_run: MakeRun, findings: dict[str, Any]
) -> None:
    report, distributions = make_run()
    page = _render((report | findings, distributions))
    assert not _Outline(page).open
    text = _text(page)
    assert text.index("Most suspicious") < text.index("/music/rock/a & b.wav")
    assert "rock metal 93 % 41 % metal 90 %, rock 7 %, blues 1 %" in text
    assert "rock the same 93 % 98 %" in text
    assert "essentia-ldl audit" in text


def test_what_learns_labels_by_heart_is_said_beside_its_histogram(
    make_run: MakeRun, findings: dict[str, Any]
) -> None:
    report, distributions = make_run()
    text = _text(_render((report | findings, distributions)))
    assert "Not by heart: shuffled labels get 0.112, where chance is 0.111." in text
    assert "Learns labels by heart: shuffled labels get a mean of 0.951 too" in text
    assert "This figure alone proves nothing." not in text


def test_reports_without_an_audit_have_none(make_run: MakeRun) -> None:
    text = _text(_render(make_run()))
    assert "Labels to listen to first" not in text
    assert "by heart" not in text
