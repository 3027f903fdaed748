from pathlib import Path

import numpy as np
import pytest
import soundfile

from essentia_ldl.errors import CollectionError
from tools.benchmarks.audio import audio_beside_checkout, given_audio, made_up_audio
from tools.benchmarks.chords import write_clips


def test_made_up_music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.benchmarks.chords.SONG_SECONDS", 8.0)
    audio = made_up_audio(tmp_path, n_classes=2, n_clips=3)
    assert [clip.parent.name for clip in audio.clips] == ["timbre-0"] * 3 + ["timbre-1"] * 3
    assert soundfile.info(audio.clips[0]).duration == 16.0
    assert soundfile.info(audio.song).channels == 2
    assert len({clip.read_bytes() for clip in audio.clips}) == 6


def test_the_same_music_every_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_clips(tmp_path / folder, n_classes=1, n_clips=1, seconds=2.0)
    first, second = (
        soundfile.read(tmp_path / folder / "timbre-0/0.flac")[0] for folder in ("a", "b")
    )
    np.testing.assert_array_equal(first, second)


def test_given_music(tmp_path: Path) -> None:
    write_clips(tmp_path, n_classes=3, n_clips=2, seconds=0.5)
    (tmp_path / "notes.txt").write_text("no music")
    audio = given_audio(tmp_path)
    assert len(audio.clips) == 6
    assert audio.song in audio.clips
    links = audio.some(tmp_path / "some", n_classes=2, n_clips=1)
    found = sorted(links.rglob("*.flac"))
    assert [path.relative_to(links).as_posix() for path in found] == [
        "timbre-0/0.flac",
        "timbre-1/0.flac",
    ]
    assert found[0].read_bytes() == audio.clips[0].read_bytes()


def test_a_folder_without_music(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="holds no audio"):
        given_audio(tmp_path)


@pytest.mark.shared
def test_music_beside_the_checkout(shared: Path) -> None:
    audio = audio_beside_checkout()
    assert audio is not None
    assert len(audio.clips) == 60
    assert audio.song.suffix == ".mp3"
    assert "GTZAN" in audio.origin
