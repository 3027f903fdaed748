"""From an audit of real music through a browser's decisions to a model trained on them."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from essentia_ldl.auditing import audit_collection
from essentia_ldl.collection import Collection
from essentia_ldl.training import train_classifier
from tests.report.browser import driven_browser

GENRES = ("classical", "hiphop", "metal")


@pytest.fixture
def mislabelled(shared: Path, tmp_path: Path) -> Path:
    """Table of twelve clips in three genres, of which the first metal one is called classical."""
    folder = shared / "data" / "gtzan"
    clips = [path for genre in GENRES for path in sorted((folder / genre).glob("*.flac"))[:4]]
    wrong = next(path for path in clips if path.parent.name == "metal")
    table = tmp_path / "music.csv"
    with table.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["path", "label"])
        rows.writerows([path, "classical" if path == wrong else path.parent.name] for path in clips)
    return table


@pytest.mark.shared
def test_decisions_on_real_music_are_heard_exported_and_trained_on(
    mislabelled: Path, built_models: Path, tmp_path: Path
) -> None:
    options: dict[str, Any] = {"cache_dir": tmp_path / "cache", "models_dir": built_models}
    collection = Collection.from_path(mislabelled)
    result = audit_collection(collection, tmp_path / "audited", **options)
    with driven_browser() as browser:
        page = browser.new_page()
        page.goto(result.files.html.as_uri())
        expect(page.locator("#track-name")).to_have_text("metal.00000.flac")
        expect(page.locator("#track-suggested")).to_have_text("metal")
        page.keyboard.press(" ")
        expect(page.locator("#rows").get_by_role("button", name="Pause")).to_be_visible()
        for key in "rms":
            page.keyboard.press(key)
        names = page.locator(".row .name").all_text_contents()
        with page.expect_download() as download:
            page.get_by_role("button", name="Export corrected collection").click()
        download.value.save_as(tmp_path / "corrected.csv")

    corrected = Collection.from_path(tmp_path / "corrected.csv")
    by_name = {track.path.name: track for track in corrected.tracks}
    assert by_name.keys() == {track.path.name for track in collection.tracks} - {names[2]}
    assert by_name["metal.00000.flac"].label == "metal"
    trained = train_classifier(
        corrected,
        tmp_path / "out",
        labels=["none", "uniform"],
        export="uniform",
        folds=2,
        epochs=5,
        **options,
    )
    assert trained.report["n_tracks"] == len(collection.tracks) - 1
    with trained.files.csv.open(newline="") as stream:
        targets = {
            Path(row["path"]).name: [float(row[genre]) for genre in GENRES]
            for row in csv.DictReader(stream)
            if row["variant"] == "uniform"
        }
    ambiguous = by_name[names[1]]
    votes = dict(ambiguous.votes or ())
    np.testing.assert_allclose(targets[names[1]], [votes.get(genre, 0) for genre in GENRES])
    assert votes[ambiguous.label] >= 0.5
