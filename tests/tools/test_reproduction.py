"""The paper's grid, run on features made up for the purpose."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.collection.tasks import load_task
from essentia_ldl.errors import CollectionError
from tools.reproduction.command import main
from tools.reproduction.grid import LOSSES, PAPERS, loss_cells, paper_cells
from tools.reproduction.sources import find_sources, read_features

ROOT = Path(__file__).resolve().parents[2]
GENRES = load_task("genre_tzanetakis").classes


def _write_features(path: Path, *, labels: list[str] | None = None, **more: object) -> None:
    """Tracks of which each class has its own place in every space."""
    rng = np.random.default_rng(0)
    labels = labels or [genre for genre in GENRES for _ in range(6)]
    _, codes = np.unique(labels, return_inverse=True)
    centres = rng.standard_normal((len(codes), 6))[codes]
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {
        "label": np.array(labels),
        "taggram": centres[:, None] + rng.standard_normal((len(codes), 3, 6)) / 2,
        "mfcc_s": 3 * centres + rng.standard_normal(centres.shape),
    }
    np.savez(path, **arrays, **more)  # type: ignore[arg-type]


@pytest.fixture
def collections(tmp_path: Path) -> Path:
    _write_features(tmp_path / "music" / "gtzan-made-up" / "train.npz")
    (tmp_path / "music" / "notes").mkdir()
    return tmp_path / "music"


def test_collections_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("GTZAN", "genre-dortmund", "mood happy", "gtzan-taggrams", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "gtzan-taggrams" / "train.npz").touch()
    (tmp_path / "mood_sad.csv").touch()
    (tmp_path / "mood_sad.txt").touch()
    found = {source.name: (source.task.name, source.has_audio) for source in find_sources(tmp_path)}
    assert found == {
        "GTZAN": ("genre_tzanetakis", True),
        "genre-dortmund": ("genre_dortmund", True),
        "gtzan-taggrams": ("genre_tzanetakis", False),
        "mood happy": ("mood_happy", True),
        "mood_sad": ("mood_sad", True),
    }


def test_the_grid_has_what_can_be_run(tmp_path: Path) -> None:
    (tmp_path / "gtzan").mkdir()
    _write_features(tmp_path / "gtzan-features.npz")
    sources = find_sources(tmp_path)
    cells = list(paper_cells(sources, ("vgg", "head", "musicnn"), ("scratch", "frozen"), range(2)))
    assert [(cell.source, cell.architecture, cell.mode, cell.seed) for cell in cells] == [
        *[("gtzan", "head", "frozen", seed) for seed in range(2)],
        *[("gtzan-features", "head", "frozen", seed) for seed in range(2)],
        *[
            ("gtzan", network, mode, seed)
            for network in ("musicnn", "vgg")
            for mode in ("frozen", "scratch")
            for seed in range(2)
        ],
    ]
    losses = list(loss_cells(sources, LOSSES, range(1)))
    assert len({cell.key for cell in [*cells, *losses]}) == len(cells) + 2 * len(LOSSES)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"labels": ["jazz", "polka"]}, "'polka', which is no class of genre_tzanetakis"),
        ({"mfcc_p": np.zeros((60, 4), object)}, "is no file of features"),
    ],
)
def test_features_that_cannot_be_used_are_refused(
    tmp_path: Path, arrays: dict[str, object], said: str
) -> None:
    _write_features(tmp_path / "gtzan.npz", **arrays)  # type: ignore[arg-type]
    (source,) = find_sources(tmp_path)
    with pytest.raises(CollectionError, match=said):
        read_features(source)


def _without_times(table: str) -> list[str]:
    return [re.sub(r" \d+ s \|$", "", line) for line in table.splitlines()]


def test_the_tables_are_made_and_nothing_is_run_twice(
    collections: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    arguments = ["--collections", str(collections), "--epochs", "12", "-o", str(out)]
    arguments += ["--architectures", "head", "--losses", "mean_absolute_error", "--seeds", "2"]
    assert main(arguments) == 0
    table = (out / "table.md").read_text()
    assert "| genre_tzanetakis | gtzan-made-up (60) | head | frozen | 2 |" in table
    assert "| 0.79 | 0.76 | 0.77 |" in table  # the paper's
    assert "S_B looks for neighbours in MFCC-S" in table
    assert table in capsys.readouterr().out
    for name in ("table.png", "labels-x-loss.png", "figure-1-gtzan-made-up.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")

    with open(out / "table.csv", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [(line["labels"], line["loss"]) for line in lines] == [
        ("none", "categorical_crossentropy"),
        ("s_a", "mean_absolute_error"),
        ("s_b", "mean_absolute_error"),
        *[(labels, "mean_absolute_error") for labels in ("none", "s_a", "s_b")],
    ]
    kept = sorted((out / "cells").rglob("*.json"))
    cells = [json.loads(path.read_text()) for path in kept]
    papers = [cell for cell in cells if cell["cell"]["loss"] == PAPERS]
    assert [cell["cell"]["seed"] for cell in papers] == [0, 1]
    pooled = [cell["variants"]["none"]["balanced_accuracy"]["pooled"] for cell in papers]
    assert float(lines[0]["accuracy"]) == pytest.approx(np.mean(pooled))
    # With the paper's loss, S_A is the same whichever table it is for.
    assert lines[1]["accuracy"] == lines[4]["accuracy"]

    written = {path: path.stat().st_mtime_ns for path in kept}
    kept[0].unlink()
    kept[1].write_text("half a fi")
    pictures = {path: path.read_bytes() for path in out.glob("*.png")}
    assert main(arguments) == 0
    assert {path: path.stat().st_mtime_ns for path in kept[2:]} == {
        path: written[path] for path in kept[2:]
    }
    assert _without_times((out / "table.md").read_text()) == _without_times(table)
    assert {path: path.read_bytes() for path in out.glob("*.png")} == pictures

    _write_features(collections / "gtzan-made-up" / "train.npz", name=np.arange(60).astype(str))
    assert main([*arguments, "--epochs", "2"]) == 0
    assert all(json.loads(path.read_text())["epochs"] == 2 for path in kept)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--collections", "nowhere"], "nowhere: cannot be listed"),
        (["--collections", "."], "holds none of the paper's collections"),
        (["--collections", "music", "--seeds", "0"], "--seeds: must be at least 1"),
        (["--collections", "music", "--modes", "thawed"], "there is no 'thawed' here"),
        (["--collections", "music", "--tasks", "mood_sad"], "there is no 'mood_sad' here"),
    ],
)
def test_mistakes_are_told(
    collections: Path,
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(collections.parent)
    assert main([*arguments, "-o", "out"]) == 1
    assert said in capsys.readouterr().err
    assert os.listdir() == ["music"]


def test_help_teaches() -> None:
    run = subprocess.run(
        [sys.executable, "tools/reproduce.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "labels x loss" in run.stdout


def _write_sound(path: Path, pitch: float, seed: int) -> None:
    import soundfile

    time = np.arange(4 * 16000) / 16000
    noise = np.random.default_rng(seed).normal(scale=0.05, size=time.size)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.4 * np.sin(2 * np.pi * pitch * time) + noise, 16000)


def test_models_of_the_whole_collection_are_validated_on_annotated_tracks(
    built_models: Path, tmp_path: Path
) -> None:
    for number in range(5):
        _write_sound(tmp_path / "music" / "mood-happy" / "happy" / f"{number}.wav", 880, number)
        _write_sound(
            tmp_path / "music" / "mood-happy" / "not_happy" / f"{number}.wav", 110, 10 + number
        )
    header = "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\r\n"
    lines = [header]
    for number, (vote, pitch) in enumerate([("happy", 880), ("not_happy", 110)] * 2):
        lines.append(
            f"track_000000{number}\tartist_000000\talbum_000000\t0{number}/{number}.wav\t4.0\t"
            f"mood_happy---{','.join([vote] * 3)}\r\n"
        )
        path = tmp_path / "external" / "audio" / f"0{number}" / f"{number}.wav"
        _write_sound(path, pitch, 20 + number)
    (tmp_path / "external" / "clean.tsv").write_bytes("".join(lines).encode())

    arguments = ["--collections", str(tmp_path / "music"), "--external", str(tmp_path / "external")]
    arguments += ["--architectures", "head", "--losses", "categorical_crossentropy"]
    arguments += ["--models", str(built_models), "--cache", str(tmp_path / "cache")]
    out = tmp_path / "out"
    assert main([*arguments, "--epochs", "40", "-o", str(out)]) == 0
    cell = json.loads((out / "cells" / "mood-happy" / "head-frozen-papers-0.json").read_text())
    assert (cell["n_tracks"], cell["n_external"]) == (10, 4)
    assert cell["variants"]["none"]["external_accuracy"] == 1
    assert "| 1.000 |" in (out / "table.md").read_text()


@pytest.mark.parametrize("found", ["nothing", "no folder", "two files"])
def test_external_tracks_need_one_annotation_file(
    found: str, collections: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "external"
    if found != "no folder":
        folder.mkdir()
    if found == "two files":
        (folder / "a.tsv").touch()
        (folder / "b.tsv").touch()
    arguments = ["--collections", str(collections), "--external", str(folder)]
    assert main([*arguments, "-o", str(tmp_path / "out")]) == 1
    assert "one of MTG-Jamendo's annotation files" in capsys.readouterr().err
