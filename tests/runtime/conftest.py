from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.files import write_bytes, write_json
from essentia_ldl.zoo import find_backbone

CLASSES = ("jazz", "pop", "rock")


@pytest.fixture(scope="session")
def head_content(built_models: Path) -> tuple[bytes, dict[str, Any]]:
    """Graph and metadata of a head with random weights."""
    from essentia_ldl.export.classifier import head_metadata
    from essentia_ldl.export.head_graph import head_graph
    from essentia_ldl.networks.heads import initial_head

    head = initial_head((0,), 200, 100, len(CLASSES))
    metadata = head_metadata(
        head, "genre_demo", CLASSES, find_backbone("msd-musicnn", built_models),
        dataset={"name": "demo", "size": "3", "metrics": {}}, label_enhancement={}, training={},
    )  # fmt: skip
    return head_graph(head), metadata.to_dict()


WriteModel = Callable[..., Path]


@pytest.fixture
def write_model(head_content: tuple[bytes, dict[str, Any]], tmp_path: Path) -> WriteModel:
    """Write the head, or what `changes` make of its metadata, and return the JSON's path."""

    def write(*, graph: bytes | None = None, **changes: Any) -> Path:
        content, metadata = head_content
        stem = tmp_path / "genre_demo-msd-musicnn-1"
        write_bytes(stem.with_suffix(".pb"), content if graph is None else graph)
        write_json(stem.with_suffix(".json"), {**metadata, **changes})
        return stem.with_suffix(".json")

    return write


@pytest.fixture
def model_json(write_model: WriteModel) -> Path:
    return write_model()


MakeNoise = Callable[..., NDArray[np.float32]]


@pytest.fixture
def noise() -> MakeNoise:
    """Make mono noise at 16 kHz."""

    def make(seconds: float, seed: int = 0) -> NDArray[np.float32]:
        samples = np.random.default_rng(seed).standard_normal(round(seconds * 16000))
        return np.asarray(0.1 * samples, dtype=np.float32)

    return make


@pytest.fixture
def audio(noise: MakeNoise, tmp_path: Path) -> Path:
    """Folder with three good files, one of them nested, and one bad one."""
    import soundfile

    folder = tmp_path / "audio"
    (folder / "more").mkdir(parents=True)
    for i, name in enumerate(("a.wav", "c.flac", "more/d.WAV")):
        soundfile.write(folder / name, noise(6.5 - i, i), 16000)
    (folder / "b.mp3").write_text("words\n" * 100)
    (folder / "notes.txt").write_text("no audio")
    return folder
