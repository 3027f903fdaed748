"""Fixtures that several test modules share, and the folder that docstring examples run in."""

import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import hypothesis
import numpy as np
import pytest

# The same examples in every run, and as much time for each as a busy machine takes.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

Serve = Callable[..., str]

_SHARED = Path(__file__).resolve().parents[1] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of real audio and graphs beside the checkout."""
    if not (_SHARED / "data").is_dir():
        pytest.skip("needs real audio and graphs in ../shared, which is not beside this checkout")
    return _SHARED


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded random numbers."""
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def built_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder in the zoo's layout with the backbone msd-musicnn in it."""
    from essentia_ldl.export.backbone import build_backbone

    folder = tmp_path_factory.mktemp("models")
    build_backbone("msd-musicnn", folder)
    return folder


@pytest.fixture(scope="session")
def built_vgg(built_models: Path) -> Path:
    """Folder of `built_models` with the backbone msd-vgg in it too."""
    from essentia_ldl.export.backbone import build_backbone

    build_backbone("msd-vgg", built_models)
    return built_models


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel of the musicnn package, which carries the published checkpoints."""
    from essentia_ldl.export.download import fetch_wheel

    return fetch_wheel()


@pytest.fixture(scope="session")
def checkpoints(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the checkpoints MSD_musicnn and MSD_vgg."""
    folder = tmp_path_factory.mktemp("checkpoints")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder / "musicnn"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server: ``serve({"/a.pb": b"..."}, cut={"/a.pb"})`` gives its address.

    A path in `cut` promises all its bytes and breaks off after half of them.
    """
    with ExitStack() as stack:

        def start(pages: dict[str, bytes], cut: frozenset[str] = frozenset()) -> str:
            server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages, cut))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture
def lone_pip(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Take pip's settings away, and give an index that nobody serves; both can be set again."""
    for name in os.environ:
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    return monkeypatch


def _handler(pages: dict[str, bytes], cut: frozenset[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = pages.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", "text/html" if self.path[-1] == "/" else "x/y")
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if content:
                half = len(content) // 2 if self.path in cut else len(content)
                self.wfile.write(content[:half])

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@pytest.fixture(scope="session")
def demo_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Table of sixteen clips in two classes, with their audio.

    It is the demo's music, or plain chords where the demo's synthesizer cannot be installed.
    """
    folder = tmp_path_factory.mktemp("collection")
    if find_spec("tinysoundfont") is None:
        return _plain_chords(folder / "collection.csv")
    from essentia_ldl.progress import Silent
    from tools.demo.collection import render_collection

    return render_collection(folder, n_clips=16, seed=3, progress=Silent()).table


def _plain_chords(table: Path) -> Path:
    """Write clips that differ in timbre by class: pure tones, or square waves over noise."""
    import soundfile

    rng = np.random.default_rng(3)
    time = np.arange(14 * 44100) / 44100
    rows = ["path,label"]
    for number in range(16):
        label = ("acoustic", "electronic")[number % 2]
        pitches = 110 * 2 ** (rng.integers(0, 36, size=3) / 12)
        waves = np.sin(2 * np.pi * pitches[:, None] * time)
        if label == "electronic":
            waves = np.sign(waves) + rng.normal(scale=0.5, size=time.size)
        soundfile.write(table.parent / f"{number}.flac", 0.1 * waves.sum(axis=0), 44100)
        rows.append(f"{number}.flac,{label}")
    table.write_text("\n".join(rows) + "\n")
    return table


@pytest.fixture(scope="session")
def example_folder(
    demo_table: Path, built_models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Folder with what docstring examples name: my_music, song.flac and a model in out."""
    from essentia_ldl.collection import Collection
    from essentia_ldl.training import train_classifier

    folder = tmp_path_factory.mktemp("examples")
    tracks = Collection.from_table(demo_table).tracks
    for track in tracks:
        place = folder / "my_music" / track.label
        place.mkdir(parents=True, exist_ok=True)
        (place / track.path.name).symlink_to(track.path)
    (folder / "song.flac").symlink_to(tracks[0].path)
    train_classifier(
        Collection.from_folder(folder / "my_music"),
        folder / "out",
        labels=["none"],
        folds=2,
        epochs=5,
        models_dir=built_models,
        cache_dir=folder / "cache",
    )
    return folder


@pytest.fixture(autouse=True)
def _run_examples_with_music(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run the docstring examples that need music where there is some."""
    item = request.node
    if isinstance(item, pytest.DoctestItem):
        source = "".join(example.source for example in item.dtest.examples)
        if '"my_music"' in source or '"song.flac"' in source:
            folder: Path = request.getfixturevalue("example_folder")
            monkeypatch.chdir(folder)
            monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(folder / "cache"))
            monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(request.getfixturevalue("built_models")))
