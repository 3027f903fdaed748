import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from essentia_ldl.errors import DownloadError, OptionError, OutputError
from essentia_ldl.export.download import WHEEL, WHEEL_SHA256, fetch, fetch_wheel
from essentia_ldl.files import sha256_of
from tests.recorder import Recorder

CONTENT = b"frozen graph" * 10_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of downloads, empty."""
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path))
    return tmp_path / "downloads"


@pytest.fixture
def index(serve: Callable[..., str], lone_pip: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make pip ask a package index that has these bytes as the wheel."""

    def start(wheel: bytes, cut: bool = False) -> None:
        link = f'<!DOCTYPE html><a href="/files/{WHEEL}">{WHEEL}</a>'.encode()
        pages = {"/simple/musicnn/": link, f"/files/{WHEEL}": wheel}
        address = serve(pages, frozenset({f"/files/{WHEEL}"}) if cut else frozenset())
        lone_pip.setenv("PIP_INDEX_URL", f"{address}/simple")

    return start


def test_a_file_is_downloaded_once(downloads: Path, serve: Callable[..., str]) -> None:
    pages = {"/a.pb": CONTENT}
    url = f"{serve(pages)}/a.pb"
    progress = Recorder()
    path = fetch(url, SHA256.upper(), "a.pb", progress)
    assert path == downloads / "a.pb"
    assert path.read_bytes() == CONTENT
    pages.clear()
    assert fetch(url, SHA256, "a.pb", progress) == path
    ((name, total, steps),) = progress.stages
    assert (name, total, sum(steps)) == ("downloading a.pb, kB", 120, 120)
    assert len(steps) > 100
    assert progress.ended == [name]


def test_the_stage_of_a_broken_download_ends(downloads: Path, serve: Callable[..., str]) -> None:
    progress = Recorder()
    with pytest.raises(DownloadError):
        fetch(f"{serve({'/a': CONTENT}, frozenset({'/a'}))}/a", SHA256, "a", progress)
    ((name, total, steps),) = progress.stages
    assert sum(steps) < total
    assert progress.ended == [name]


@pytest.mark.parametrize("fault", ["cut", "other bytes", "absent", "no server", "no address"])
def test_a_failed_download_leaves_nothing(
    downloads: Path, serve: Callable[..., str], fault: str
) -> None:
    start: dict[str, Callable[[], str]] = {
        "cut": lambda: serve({"/a.pb": CONTENT}, frozenset({"/a.pb"})),
        "other bytes": lambda: serve({"/a.pb": CONTENT[::-1]}),
        "absent": lambda: serve({}),
        "no server": lambda: "http://127.0.0.1:9",
        "no address": lambda: "zoo:",
    }
    address = start[fault]()
    with pytest.raises(DownloadError, match="failed") as caught:
        fetch(f"{address}/a.pb", SHA256, "a.pb")
    assert caught.value.subject == f"{address}/a.pb"
    assert caught.value.remedy
    assert not list(downloads.glob("*"))


@pytest.mark.parametrize("sha256", ["", "md5:1", "0" * 63])
def test_a_download_without_a_hash_is_refused(downloads: Path, sha256: str) -> None:
    with pytest.raises(OptionError, match="SHA-256"):
        fetch("http://127.0.0.1:9/a.pb", sha256, "a.pb")


@pytest.mark.parametrize("cut", [False, True])
def test_a_wheel_that_is_not_the_published_one_is_refused(
    downloads: Path, index: Callable[..., None], cut: bool
) -> None:
    index(CONTENT, cut)
    # An old pip takes what came before the cut for the whole file.
    with pytest.raises(DownloadError, match=r"not those of the published|broke off") as caught:
        fetch_wheel()
    assert caught.value.subject == "musicnn==0.1.0"
    assert str(downloads) in caught.value.remedy
    assert not list(downloads.glob("*"))


def test_an_index_out_of_reach_is_the_reason(downloads: Path, lone_pip: pytest.MonkeyPatch) -> None:
    with pytest.raises(DownloadError, match="index cannot be reached"):
        fetch_wheel()


def test_the_published_wheel_is_fetched_where_there_is_a_damaged_one(
    wheel: Path, downloads: Path, index: Callable[..., None]
) -> None:
    index(wheel.read_bytes())
    downloads.mkdir()
    (downloads / WHEEL).write_bytes(CONTENT)
    progress = Recorder()
    assert fetch_wheel(progress) == downloads / WHEEL
    assert fetch_wheel(progress) == downloads / WHEEL
    assert sha256_of(downloads / WHEEL) == WHEEL_SHA256
    assert progress.stages == [("downloading musicnn==0.1.0", 1, [1])]


def test_downloads_that_cannot_be_kept_are_named(
    wheel: Path, downloads: Path, index: Callable[..., None]
) -> None:
    index(wheel.read_bytes())
    downloads.write_text("a file where the folder should be")
    with pytest.raises(OutputError) as caught:
        fetch_wheel()
    assert caught.value.subject == str(downloads / WHEEL)
