"""The dataset's lists of sums."""

from pathlib import Path

import pytest

from essentia_ldl.errors import DownloadError
from tests.tools.jamendo_mirror import Dataset, Mirror
from tools.jamendo.client import Client
from tools.jamendo.lists import Checksums, load_checksums
from tools.jamendo.patience import Manners

DATASET = Dataset.of("audio", ["14/214.mp3", "15/215.mp3"])


@pytest.fixture
def client() -> Client:
    return Client(Manners(pause=0, sleep=lambda seconds: None))


def test_lists_are_downloaded_once(tmp_path: Path, client: Client) -> None:
    with Mirror(DATASET.files()) as mirror:
        first = load_checksums(f"{mirror.address}/lists/", "audio", tmp_path, client)
        assert load_checksums(f"{mirror.address}/lists", "audio", tmp_path, client) == first
        assert len(mirror.log) == 2
    assert set(first.tracks) == set(DATASET.tracks)
    assert set(first.archives) == {"raw_30s_audio-14.tar", "raw_30s_audio-15.tar"}
    assert all(first.archive(name) in first.archives for name in first.tracks)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>\n",
        b"0" * 63 + b" 14/214.mp3\n",
        b"0" * 64 + b" ../214.mp3\n",
        b"0" * 64 + b" /14/214.mp3\n",
        b"0" * 64 + b" 14/214.mp3 14/215.mp3\n",
        b"\xff" * 70,
    ],
)
def test_what_is_no_list_is_refused_and_not_kept(
    tmp_path: Path, client: Client, content: bytes
) -> None:
    files = {**DATASET.files(), "/lists/raw_30s_audio_sha256_tracks.txt": content}
    with Mirror(files) as mirror, pytest.raises(DownloadError, match=r"no SHA-256|is empty"):
        load_checksums(f"{mirror.address}/lists", "audio", tmp_path, client)
    assert [file.name for file in tmp_path.iterdir()] == ["raw_30s_audio_sha256_tars.txt"]


def test_a_list_in_the_datasets_form(tmp_path: Path, client: Client) -> None:
    """First lines of the dataset's own lists for audio-low."""
    (tmp_path / "raw_30s_audio-low_sha256_tars.txt").write_text(
        "c89826f7fa271a1c6c8f3b63786462cd72a97ec02531ca2f566310418dace88b "
        "raw_30s_audio-low-00.tar\n"
    )
    (tmp_path / "raw_30s_audio-low_sha256_tracks.txt").write_text(
        "54b5a5d532e9632260494a487413b6742dfacccde23249914fed8f73be405c8c 00/1009600.low.mp3\n"
    )
    sums = load_checksums(str(tmp_path), "audio-low", tmp_path / "unused", client)
    assert sums.track("00/1009600.mp3") in sums.tracks
    assert sums.archive("00/1009600.low.mp3") in sums.archives


def test_names() -> None:
    assert Checksums("audio", {}, {}).track("14/214.mp3") == "14/214.mp3"
    assert Checksums("audio-low", {}, {}).archive("14/214.low.mp3") == "raw_30s_audio-low-14.tar"
