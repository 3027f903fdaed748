"""An audit from the collection to the page, on real sound through real workers."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from essentia_ldl.auditing import AuditResult, audit_collection
from essentia_ldl.collection import Collection
from essentia_ldl.errors import BackboneError, CollectionError, OptionError
from tests.recorder import Recorder

_RATE = 16000


def _tone(folder: Path, name: str, pitch: float, *, noisy: bool, seed: int) -> Path:
    """Write twelve seconds of a melody of pure tones, or of noise in its rhythm."""
    rng = np.random.default_rng(seed)
    time = np.arange(12 * _RATE) / _RATE
    melody = np.repeat(pitch * 2 ** (rng.integers(0, 24, size=24) / 12), _RATE // 2)
    sound = np.sin(2 * np.pi * melody * time)
    if noisy:
        sound = np.sign(sound) * (time * 4 % 1 < 0.5) + rng.normal(scale=0.4, size=time.size)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.2 * sound, _RATE)
    return path


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calm and loud clips, one of them in the wrong class, and copies of two kinds."""
    folder = tmp_path_factory.mktemp("audited") / "music"
    for number in range(7):
        _tone(folder, f"calm/{number}.wav", 220, noisy=False, seed=number)
        _tone(folder, f"loud/{number}.wav", 110, noisy=True, seed=50 + number)
    _tone(folder, "calm/wrong <b>.wav", 110, noisy=True, seed=99)
    shutil.copy(folder / "calm/1.wav", folder / "calm/1 again.wav")
    sound, _ = soundfile.read(folder / "loud/2.wav")
    soundfile.write(folder / "calm/excerpt.flac", 0.5 * sound[int(1.3 * _RATE) :], _RATE)
    (folder / "loud/words.wav").write_text("no sound")
    return folder


def _audit(music: Path, out: Path, models: Path, **options: Any) -> AuditResult:
    # One worker is enough where all is in the cache, and is sooner there than two.
    given: dict[str, Any] = {"cache_dir": music.parent / "cache", "jobs": 1, **options}
    return audit_collection(Collection.from_path(music), out, models_dir=models, **given)


@pytest.fixture(scope="module")
def result(music: Path, built_models: Path) -> AuditResult:
    return _audit(music, music.parent / "out", built_models, n_neighbors=4, jobs=2)


def _row(result: AuditResult, name: str) -> int:
    return [Path(track.path).name for track in result.audit.tracks].index(name)


def test_the_wrong_label_comes_first_with_the_right_one_suggested(result: AuditResult) -> None:
    audit = result.audit
    worst = {Path(audit.tracks[row].path).name for row in audit.most_suspicious(2)}
    assert worst == {"wrong <b>.wav", "excerpt.flac"}
    track = audit.tracks[_row(result, "wrong <b>.wav")]
    assert (track.label, track.suggested_label) == ("calm", "loud")
    assert track.neighbor_suspicion > 0.5
    assert track.suspicion > 0.5


def test_copies_are_reported_and_kept(result: AuditResult) -> None:
    audit = result.audit
    names = [str(Path(*Path(track.path).parts[-2:])) for track in audit.tracks]
    found = {
        (pair.kind, pair.same_label, frozenset({names[pair.first], names[pair.second]}))
        for pair in audit.duplicates
    }
    assert found == {
        ("near", False, frozenset({"calm/excerpt.flac", "loud/2.wav"})),
        ("exact", True, frozenset({"calm/1.wav", "calm/1 again.wav"})),
    }
    assert len(audit.tracks) == 17
    twins = [track for track in audit.tracks if track.duplicate_of is not None]
    assert len(twins) == 2
    for twin in twins:
        assert twin.duplicate_of is not None
        assert audit.tracks[twin.duplicate_of].duplicate_of is None


def test_what_could_not_be_read_is_listed(result: AuditResult) -> None:
    (skip,) = result.audit.skipped
    assert skip.path.endswith("words.wav")
    assert result.audit.balance == {"calm": 10, "loud": 7}


def test_files_agree_with_the_audit(result: AuditResult) -> None:
    content = json.loads(result.files.json.read_text(encoding="utf-8"))
    with open(result.files.csv, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(content["tracks"]) == len(result.audit.tracks)
    for row, entry, track in zip(rows, content["tracks"], result.audit.tracks, strict=True):
        assert row["path"] == entry["path"] == track.path
        assert float(row["suspicion"]) == entry["suspicion"] == track.suspicion
        assert len(json.loads(row["neighbors"])) == 4
    assert content["settings"]["n_neighbors"] == 4
    page = result.files.html.read_text(encoding="utf-8")
    assert "wrong <b>" not in page


def test_the_same_files_whatever_the_number_of_workers(
    result: AuditResult, music: Path, built_models: Path
) -> None:
    cache = music.parent / "other cache"
    again = _audit(music, music.parent / "out again", built_models, n_neighbors=4, cache_dir=cache)
    assert again.files.csv.read_bytes() == result.files.csv.read_bytes()
    assert again.files.json.read_bytes() == result.files.json.read_bytes()


def test_one_artist_only_is_warned_of(music: Path, built_models: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    lines = [
        f"{music}/{label}/{number}.wav,{label},Nina"
        for label in ("calm", "loud")
        for number in range(7)
    ]
    table.write_text("\n".join(["path,label,artist", *lines]) + "\n")
    watched = Recorder()
    cache = music.parent / "cache"
    found = _audit(table, tmp_path / "out", built_models, cache_dir=cache, progress=watched)
    assert any("all tracks of calm are of one group" in told for told in watched.warnings)
    assert found.audit.tracks[0].group == "Nina"
    assert max(track.suspicion for track in found.audit.tracks) < 0.9
    assert "Judging labels" in watched.ended


def test_a_class_that_no_table_can_name_is_warned_of(
    music: Path, built_models: Path, tmp_path: Path
) -> None:
    for folder, name in (("calm", "calm"), ("loud", "NA")):
        (tmp_path / "named" / name).mkdir(parents=True)
        for number in range(7):
            shutil.copy(music / f"{folder}/{number}.wav", tmp_path / "named" / name)
    watched = Recorder()
    cache = music.parent / "cache"
    _audit(tmp_path / "named", tmp_path / "out", built_models, cache_dir=cache, progress=watched)
    assert any(told.startswith("NA as a class") for told in watched.warnings)


def test_previews_are_copied(music: Path, built_models: Path, tmp_path: Path) -> None:
    _audit(music, tmp_path, built_models, copy_audio=True)
    assert len(list((tmp_path / "audio").iterdir())) == 17


def _table(folder: Path, *rows: str) -> Path:
    path = folder / "few.csv"
    path.write_text("\n".join(["path,label", *rows]) + "\n")
    return path


def test_what_cannot_be_audited_is_refused(music: Path, built_models: Path, tmp_path: Path) -> None:
    calm = [music / f"calm/{number}.wav" for number in range(3)]
    one_class = _table(tmp_path, *(f"{path},calm" for path in calm))
    cache = music.parent / "cache"
    with pytest.raises(CollectionError, match="every track is labelled calm"):
        _audit(one_class, tmp_path, built_models, cache_dir=cache)
    one_each = _table(tmp_path, *(f"{path},{path.stem}" for path in calm))
    with pytest.raises(CollectionError, match="none can be judged"):
        _audit(one_each, tmp_path, built_models, cache_dir=cache)
    options: list[dict[str, Any]] = [{"n_neighbors": 0}, {"jobs": 0}, {"seed": -1}]
    for option in options:
        with pytest.raises(OptionError, match="must be at least"):
            _audit(music, tmp_path, built_models, **option)
    with pytest.raises(OptionError, match="must be at most 4294967295"):
        _audit(music, tmp_path, built_models, seed=2**32)
    with pytest.raises(BackboneError):
        _audit(music, tmp_path, built_models, backbone="no-such")
