"""Music that the benchmark's tests measure on."""

from pathlib import Path

import pytest

from tools.benchmarks.chords import write_clips


@pytest.fixture(scope="session")
def short_music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with twelve clips of 4 s in two classes."""
    folder = tmp_path_factory.mktemp("short-music")
    write_clips(folder, n_classes=2, n_clips=6, seconds=4.0)
    return folder
