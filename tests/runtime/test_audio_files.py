import os
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.collection import Skipped
from essentia_ldl.runtime import audio_files


def test_folders_are_expanded_and_files_stay(audio: Path) -> None:
    missing = Path("missing.wav")
    files, skipped = audio_files([missing, str(audio), audio / "notes.txt", audio / "a.wav"])
    names = ["a.wav", "b.mp3", "c.flac", "more/d.WAV", "notes.txt"]
    assert files == [missing, *(audio / name for name in names)]
    assert skipped == []


def test_hidden_files_are_passed_over(audio: Path) -> None:
    (audio / "._a.wav").touch()
    assert audio / "._a.wav" not in audio_files([audio])[0]


def test_a_folder_without_audio_costs_no_other_path(audio: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.txt").touch()
    files, (skip,) = audio_files([empty, audio / "a.wav"])
    assert files == [audio / "a.wav"]
    assert skip.path == str(empty)
    assert skip.reason.startswith("there is no audio file in this folder (known are .aac")


def test_a_folder_that_cannot_be_read_costs_no_other_path(
    audio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = audio / "more"

    # The tests may run as root, whom no permission stops.
    def scandir(path: Path | str) -> Any:
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    real = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    files, skipped = audio_files([audio, audio / "a.wav"])
    assert files == [audio / "a.wav"]
    reason = f"{locked} cannot be read: Permission denied (make it readable, or leave it out)"
    assert skipped == [Skipped(str(audio), reason)]
