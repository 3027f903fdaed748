from pathlib import Path

import pytest

from essentia_ldl.errors import AudioError
from essentia_ldl.runtime import audio_files


def test_folders_are_expanded_and_files_stay(audio: Path) -> None:
    missing = Path("missing.wav")
    found = audio_files([missing, str(audio), audio / "notes.txt", audio / "a.wav"])
    names = ["a.wav", "b.mp3", "c.flac", "more/d.WAV", "notes.txt"]
    assert found == [missing, *(audio / name for name in names)]


def test_hidden_files_are_passed_over(audio: Path) -> None:
    (audio / "._a.wav").touch()
    assert audio / "._a.wav" not in audio_files([audio])


def test_a_folder_without_audio_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(AudioError, match="no audio file") as caught:
        audio_files([tmp_path])
    assert caught.value.subject == str(tmp_path)
