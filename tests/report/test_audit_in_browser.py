"""The audit's page in a real browser: what a person does with it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Page, Position, expect

from essentia_ldl.audit.result import Audit
from essentia_ldl.collection import Collection
from essentia_ldl.collection.spelling import clean
from essentia_ldl.report.audit_page import write_audit_page
from tests.report.audits import CLASSES, make_audit
from tests.report.browser import driven_browser

Open = Callable[[Audit], Page]

_CANARY = "document.body.dataset.ran = 1"
HOSTILE = (
    f"<script>{_CANARY}</script>",
    f'"><img src=x onerror="{_CANARY}">',
    "日本の音楽",
    "موسيقى, 'rock' & \"roll\"",
    "'=1+1",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with driven_browser() as started:
        yield started


@pytest.fixture
def problems() -> list[str]:
    """Errors that a page met, addresses that it asked; tests that mean to see some clear it."""
    return []


@pytest.fixture
def open_audit(browser: Browser, tmp_path: Path, problems: list[str]) -> Iterator[Open]:
    """Write an audit's page and open it."""
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda r: None if _is_local(r.url) else problems.append(r.url))

    def write_and_open(audit: Audit) -> Page:
        page.goto(write_audit_page(audit, tmp_path / "out").as_uri())
        return page

    yield write_and_open
    context.close()
    assert problems == []


def _is_local(url: str) -> bool:
    return url.startswith(("file:", "data:", "blob:"))


def _music(folder: Path, names: list[str]) -> list[Path]:
    """Write half a second of noise under each name."""
    rng = np.random.default_rng(0)
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, rng.normal(scale=0.01, size=16000), 8000, format="WAV")
    return paths


def _wait_until_it_sounds(page: Page) -> None:
    # Not wait_for_function, which needs what the page's policy forbids.
    for _ in range(200):
        if page.evaluate("player.currentTime > 0.05"):
            return
        page.wait_for_timeout(50)
    pytest.fail("the player does not advance")


def _names(page: Page) -> list[str]:
    return page.locator("#rows .name").all_text_contents()


def _export(page: Page, target: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name="Export corrected collection").click()
    download.value.save_as(target)
    return target


def test_the_most_suspicious_come_first_with_all_that_is_known(open_audit: Open) -> None:
    audit = make_audit()
    page = open_audit(audit)
    ranked = audit.most_suspicious(12)
    assert _names(page) == [Path(audit.tracks[index].path).name for index in ranked]
    first = audit.tracks[ranked[0]]
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=3)).to_have_text(Path(first.path).name)
    expect(panel).to_contain_text(first.path)
    expect(page.locator("#track-given")).to_have_text(first.label)
    expect(page.locator("#track-suggested")).to_have_text(first.suggested_label)
    expect(page.locator("#score-suspicion")).to_have_text("90 %")
    assert page.locator("#bars li").count() == 3
    neighbors = page.locator("#neighbors li")
    assert neighbors.count() == 5
    expect(neighbors.first).to_contain_text(audit.tracks[first.neighbors[0]].label)
    expect(page.locator("#copies li")).to_contain_text("97 % alike")


def test_filters_and_orders(open_audit: Open) -> None:
    audit = make_audit()
    page = open_audit(audit)
    page.select_option("#given", label="jazz")
    expect(page.locator("#n-listed")).to_have_text("4 of 12 tracks")
    page.select_option("#state", "doubted")
    shown = [t for t in audit.tracks if t.label == "jazz" != t.suggested_label]
    expect(page.locator("#n-listed")).to_have_text(f"{len(shown)} of 12 tracks")
    page.select_option("#given", "")
    page.select_option("#state", "all")
    page.fill("#search", "ARTIST 3 0007")
    expect(page.locator("#n-listed")).to_have_text("1 of 12 tracks")
    page.fill("#search", "no such track")
    expect(page.locator("#none-listed")).to_be_visible()
    page.fill("#search", "")
    page.select_option("#order", "ambiguity")
    ambiguous = audit.most_ambiguous(12)
    assert _names(page) == [Path(audit.tracks[index].path).name for index in ambiguous]
    page.select_option("#order", "name")
    assert _names(page) == sorted(_names(page))


def test_audio_plays_from_its_own_place(open_audit: Open, tmp_path: Path) -> None:
    names = ["a#1.wav", "50 % off?.wav", "日本.wav", "a:b.wav", 'it\'s "so".wav', "<i>.wav"]
    page = open_audit(make_audit(6, paths=_music(tmp_path / "music", names)))
    assert page.evaluate("player.networkState") == 0 or not page.evaluate("player.readyState")
    for name in names:
        page.get_by_role("list").get_by_role(
            "button", name=f"Play {name}", exact=True
        ).first.click()
        _wait_until_it_sounds(page)
        expect(page.locator("#player-problem")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press(" ")
    _wait_until_it_sounds(page)


def test_audio_that_is_not_there_is_told(open_audit: Open, problems: list[str]) -> None:
    page = open_audit(make_audit())
    page.locator("#rows").get_by_role("button", name="Play").first.click()
    expect(page.locator("#player-problem")).to_contain_text("cannot play the file")
    assert ["ERR_FILE_NOT_FOUND" in problem for problem in problems] == [True]
    problems.clear()


def test_decisions_are_kept_counted_and_undone(open_audit: Open) -> None:
    audit = make_audit()
    page = open_audit(audit)
    for key in "armsu":
        page.keyboard.press(key)
    page.keyboard.press("2")
    progress = page.locator("#progress-text")
    counted = "4 of 12 decided: 1 accepted, 2 relabelled, 1 ambiguous, 0 skipped"
    expect(progress).to_have_text(counted)
    page.reload()
    expect(progress).to_have_text(counted)
    page.select_option("#state", "relabel")
    expect(page.locator("#n-listed")).to_have_text("2 of 12 tracks")
    page.get_by_role("button", name="Ambiguous").click()
    expect(page.locator("#n-listed")).to_have_text("1 of 12 tracks")
    page.keyboard.press("u")
    expect(page.locator("#said")).to_contain_text("Undone")
    expect(progress).to_have_text(counted)


def test_two_tabs_share_their_decisions(open_audit: Open) -> None:
    first = open_audit(make_audit())
    second = first.context.new_page()
    second.goto(first.url)
    second.keyboard.press("a")
    expect(first.locator("#progress-text")).to_contain_text("1 of 12 decided")
    first.keyboard.press("j")
    first.keyboard.press("s")
    expect(second.locator("#progress-text")).to_contain_text("2 of 12 decided")


def test_another_audit_has_decisions_of_its_own(open_audit: Open) -> None:
    open_audit(make_audit()).keyboard.press("a")
    expect(open_audit(make_audit(9)).locator("#progress-text")).to_contain_text("0 of 9 decided")
    expect(open_audit(make_audit()).locator("#progress-text")).to_contain_text("1 of 12 decided")


@pytest.mark.parametrize("kept", ["no JSON", "7", '[[99, {"kind": "accept"}]]', "[[0, 5], 3]"])
def test_what_is_kept_and_is_no_decision_does_no_harm(open_audit: Open, kept: str) -> None:
    page = open_audit(make_audit())
    page.keyboard.press("a")
    page.evaluate(f"localStorage.setItem(Object.keys(localStorage)[0], {json.dumps(kept)})")
    page.reload()
    expect(page.locator("#progress-text")).to_contain_text("0 of 12 decided")


def test_without_storage_the_page_says_so_and_works(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    page.add_init_script(
        "delete window.localStorage; Object.defineProperty(window, "
        "'localStorage', {get() { throw new Error('refused') }})"
    )
    page.goto(write_audit_page(make_audit(), tmp_path).as_uri())
    expect(page.locator("#no-storage")).to_be_visible()
    page.keyboard.press("a")
    expect(page.locator("#progress-text")).to_contain_text("1 of 12 decided")
    page.close()


def test_full_storage_is_told_until_there_is_room(open_audit: Open) -> None:
    page = open_audit(make_audit())
    page.evaluate(
        """() => {
          let size = 1 << 21;
          for (let number = 0; size >= 1; number += 1) {
            try {
              localStorage.setItem(`filler ${number}`, "x".repeat(size));
            } catch {
              size >>= 1;
            }
          }
        }"""
    )
    page.keyboard.press("a")
    expect(page.locator("#no-storage")).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.keyboard.press("a")
    expect(page.locator("#no-storage")).to_be_hidden()
    page.reload()
    expect(page.locator("#progress-text")).to_contain_text("2 of 12 decided")


def test_the_export_is_a_collection(open_audit: Open, tmp_path: Path) -> None:
    paths = _music(tmp_path / "music", [f'{index}, "x"\n.wav' for index in range(10)])
    audit = make_audit(10, HOSTILE, paths)
    page = open_audit(audit)
    page.select_option("#order", "name")
    for key in "armrs":
        page.keyboard.press(key)
    table = _export(page, tmp_path / "elsewhere" / "corrected.csv")
    collection = Collection.from_table(table)
    assert not collection.skipped
    by_path = {track.path: track for track in collection.tracks}
    assert len(by_path) == 9
    assert paths[4] not in by_path
    for index in (0, 2, 5, 6, 7, 8, 9):
        assert by_path[paths[index]].label == audit.tracks[index].label
        assert by_path[paths[index]].group == audit.tracks[index].group
    assert by_path[paths[1]].label == audit.tracks[1].suggested_label
    given = collection.given_distributions
    assert given is not None
    expected = np.array(audit.tracks[2].distribution) / 2 + np.eye(5)[2] / 2
    voted = np.flatnonzero(~np.isnan(given).any(axis=1))
    assert [collection.tracks[index].path for index in voted] == [paths[2]]
    row = given[voted[0]]
    order = [collection.classes.index(name) for name in HOSTILE]
    np.testing.assert_allclose(row[order], expected, atol=1e-5)


def test_names_of_any_characters_are_read_back(
    open_audit: Open, tmp_path: Path, rng: np.random.Generator
) -> None:
    letters = [*"ab'\",;=+-@ \t\r\n<>&%", "é", "\uff1d", "\u2028", "音"]
    drawn = (f"{''.join(rng.choice(letters, size=6))}{index}" for index in range(40))
    classes = sorted({clean(name) for name in drawn})
    paths = _music(tmp_path / "music", [f"{index}.wav" for index in range(len(classes))])
    audit = make_audit(len(classes), classes, paths)
    tracks = [replace(track, group=track.label) for track in audit.tracks]
    page = open_audit(replace(audit, tracks=tuple(tracks)))
    page.keyboard.press("m")
    collection = Collection.from_table(_export(page, tmp_path / "corrected.csv"))
    assert not collection.skipped
    assert {track.path: (track.label, track.group) for track in collection.tracks} == {
        Path(track.path): (track.label, track.label) for track in tracks
    }
    (votes,) = [dict(track.votes) for track in collection.tracks if track.votes is not None]
    assert votes.keys() == set(classes)


def test_undecided_collections_are_exported_as_they_were(open_audit: Open, tmp_path: Path) -> None:
    paths = _music(tmp_path / "music", ["a.wav", "b.wav", "c.wav"])
    page = open_audit(make_audit(3, paths=paths, grouped=False))
    table = _export(page, tmp_path / "corrected.csv")
    assert table.read_text().splitlines() == [
        '"path","label"',
        *(f'"{path}","{label}"' for path, label in zip(paths, CLASSES, strict=True)),
    ]


def test_annotators_votes_are_kept_unless_a_track_is_relabelled(
    open_audit: Open, tmp_path: Path
) -> None:
    paths = _music(tmp_path / "music", ["a.wav", "b.wav", "c.wav", "d.wav"])
    audit = make_audit(4, paths=paths)
    voted = [replace(t, votes=(("jazz", 1.0), ("rock", 3.0))) for t in audit.tracks[:3]]
    page = open_audit(replace(audit, tracks=(*voted, audit.tracks[3])))
    page.select_option("#order", "name")
    page.keyboard.press("a")
    page.select_option("#other-class", label="rock")
    page.get_by_role("button", name="Relabel", exact=True).click()
    page.keyboard.press("m")
    collection = Collection.from_table(_export(page, tmp_path / "corrected.csv"))
    first, second, third, fourth = collection.tracks
    assert first.votes == (("jazz", 1), ("rock", 3))
    assert (second.label, second.votes, fourth.votes) == ("rock", None, None)
    heard = dict(zip(CLASSES, audit.tracks[2].distribution, strict=True))
    assert dict(third.votes or ()) == pytest.approx(
        {
            "blues": heard["blues"] / 2,
            "jazz": heard["jazz"] / 2 + 0.125,
            "rock": heard["rock"] / 2 + 0.375,
        },
        abs=1e-5,
    )


def test_text_from_outside_is_shown_and_never_run(open_audit: Open, tmp_path: Path) -> None:
    names = [
        f"<img src=x onerror='{_CANARY}'>.wav",
        "</script>.wav",
        "\u202egnp.wav",
        "a\u2028b.wav",
    ]
    paths = _music(tmp_path / "music", [*names, "e.wav"])
    page = open_audit(make_audit(5, HOSTILE, paths))
    for _ in paths:
        page.keyboard.press("m")
    page.mouse.move(*_middle(page, "#map"))
    assert set(_names(page)) == {path.name for path in paths}
    assert page.locator("#legend").all_text_contents() == ["".join(HOSTILE)]
    assert page.locator("body").get_attribute("data-ran") is None
    assert page.locator("img").count() == 0


def _middle(page: Page, selector: str) -> tuple[float, float]:
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_page_runs_no_script_but_its_own(open_audit: Open, problems: list[str]) -> None:
    page = open_audit(make_audit())
    refused = page.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("securitypolicyviolation", (e) => resolve(e.effectiveDirective));
          const script = document.createElement("script");
          script.textContent = "document.body.dataset.ran = 1";
          document.body.append(script);
        })"""
    )
    assert refused.startswith("script-src")
    assert page.locator("body").get_attribute("data-ran") is None
    assert len(problems) == 1
    problems.clear()


def test_the_map_names_and_plays_what_is_clicked(open_audit: Open, tmp_path: Path) -> None:
    paths = _music(tmp_path / "music", [f"{index}.wav" for index in range(3)])
    audit = make_audit(3, paths=paths)
    page = open_audit(audit)
    page.select_option("#given", label=audit.tracks[1].label)
    page.locator("#map").scroll_into_view_if_needed()
    size = page.locator("#map").bounding_box()
    assert size is not None
    x, y = audit.tracks[2].position
    margin = 14
    place = Position(
        x=margin + x * (size["width"] - 2 * margin),
        y=margin + (1 - y) * (size["height"] - 2 * margin),
    )
    page.locator("#map").hover(position=place)
    expect(page.locator("#map-track")).to_contain_text("2.wav")
    page.locator("#map").click(position=place)
    _wait_until_it_sounds(page)
    expect(page.locator("#track-name")).to_have_text("2.wav")
    expect(page.locator(".row[aria-current] .name")).to_have_text("2.wav")


def test_the_mouse_and_the_tables_reach_every_track(open_audit: Open) -> None:
    audit = make_audit()
    page = open_audit(audit)
    page.locator("#neighbors .link").nth(2).click()
    first = audit.tracks[audit.most_suspicious(1)[0]]
    expect(page.locator("#track-path")).to_have_text(audit.tracks[first.neighbors[2]].path)
    page.locator("section[aria-labelledby=duplicates] button").nth(1).click()
    expect(page.locator("#track-path")).to_have_text(audit.tracks[1].path)
    page.locator("section[aria-labelledby=overlaps] button").first.click()
    expect(page.locator("#n-listed")).to_contain_text("1 of 12")
    page.select_option("#other-class", label="rock")
    page.get_by_role("button", name="Relabel", exact=True).click()
    expect(page.locator("#said")).to_contain_text("relabelled rock")
    # What the mouse pressed must not be pressed again by the key that plays.
    page.get_by_role("button", name="Skip").click()
    assert page.evaluate("document.activeElement.id") == "list"


def test_help_and_search_have_the_keyboard_to_themselves(open_audit: Open) -> None:
    page = open_audit(make_audit())
    page.keyboard.press("/")
    page.keyboard.type("rams")
    expect(page.locator("#search")).to_have_value("rams")
    page.fill("#search", "")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".row[aria-current]")).to_have_attribute("aria-posinset", "2")
    # Last, as a browser gives the focus back in its own time once a dialog is closed.
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#progress-text")).to_contain_text("0 of 12 decided")


def test_everything_that_acts_has_a_name_for_those_who_do_not_see_it(open_audit: Open) -> None:
    page = open_audit(make_audit())
    page.keyboard.press("m")
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    acting = ("button", "link", "combobox", "searchbox", "progressbar", "Audio")
    named = {
        (node["role"]["value"], bool(node.get("name", {}).get("value")))
        for node in tree
        if node.get("role", {}).get("value") in acting
    }
    assert named == {(role, True) for role in acting}


def test_of_two_thousand_tracks_those_in_sight_are_drawn(open_audit: Open) -> None:
    page = open_audit(make_audit(2000, [f"class {index}" for index in range(10)]))
    assert page.locator(".row").count() < 40
    page.evaluate("list.scrollTop = list.scrollHeight")
    expect(page.locator(".row").last).to_have_attribute("aria-posinset", "2000")
    assert page.locator(".row").count() < 40
    page.select_option("#given", label="class 3")
    expect(page.locator("#n-listed")).to_have_text("200 of 2000 tracks")
    page.locator("#list").focus()
    for _ in range(30):
        page.keyboard.press("a")
    expect(page.locator("#progress-text")).to_contain_text("30 of 2000 decided")
    expect(page.locator(".row[aria-current]")).to_be_in_viewport()
