"""Archives with hostile members, through the fetcher."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from essentia_ldl.progress import Silent
from tests.tools.jamendo_mirror import Mirror, sha256, sound, tar_of
from tools.jamendo.client import Client
from tools.jamendo.fetching import Fetched, Fetcher
from tools.jamendo.lists import Checksums
from tools.jamendo.needs import Needs
from tools.jamendo.patience import Manners

ARCHIVE = "raw_30s_audio-14.tar"
WANTED = ("14/114.mp3", "14/214.mp3", "14/314.mp3", "14/414.mp3", "14/514.mp3")


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


HOSTILE = tar_of(
    {
        "../outside.mp3": b"outside",
        "/tmp/essentia-ldl-absolute.mp3": b"outside",
        "up": member("14", tarfile.SYMTYPE, "../.."),
        "14/114.mp3": sound("14/114.mp3"),
        "link": member("14/214.mp3", tarfile.SYMTYPE, "/etc/passwd"),
        "hard link": member("14/314.mp3", tarfile.LNKTYPE, "14/114.mp3"),
        "device": member("14/414.mp3", tarfile.CHRTYPE),
        "14/514.mp3": sound("14/514.mp3"),
    }
)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with Mirror({f"/a/{ARCHIVE}": HOSTILE}) as running:
        yield running


def fetch(mirror: Mirror, folder: Path, progress: Silent, whole: bool = False) -> Fetched:
    sums = Checksums("audio", {ARCHIVE: sha256(HOSTILE)}, {n: sha256(sound(n)) for n in WANTED})
    client = Client(Manners(pause=0, sleep=lambda seconds: None))
    fetcher = Fetcher(client, f"{mirror.address}/a/", folder, sums, progress)
    needs = Needs({ARCHIVE: WANTED}, 0, ())
    take = fetcher.fetch_archives if whole else fetcher.fetch
    return take(needs, fetcher.sizes(needs))


@pytest.mark.parametrize("way", ["in parts", "in one go", "kept"])
def test_members_that_lead_elsewhere_are_refused(mirror: Mirror, tmp_path: Path, way: str) -> None:
    mirror.ranges = way != "in one go"
    folder = tmp_path / "deep" / "audio"
    progress = Silent()
    fetched = fetch(mirror, folder, progress, whole=way == "kept")
    assert sorted(fetched.tracks) == ["14/114.mp3", "14/514.mp3"]
    assert {skip.path: skip.reason.split(",")[0] for skip in fetched.failed} == {
        "14/214.mp3": f"is a link in {ARCHIVE}",
        "14/314.mp3": f"is a link in {ARCHIVE}",
        "14/414.mp3": f"is a device or another special file in {ARCHIVE}",
    }
    assert f"{ARCHIVE}: 6 refused, as ../outside.mp3 points outside the folder" in progress.warnings
    files = sorted(path for path in tmp_path.rglob("*") if not path.is_dir())
    kept = [folder / ARCHIVE] if way == "kept" else []
    assert files == sorted([folder / "14/114.mp3", folder / "14/514.mp3", *kept])
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))
    assert not Path("/tmp/essentia-ldl-absolute.mp3").exists()


def test_ranges_that_a_server_stops_sending_are_done_without(
    mirror: Mirror, tmp_path: Path
) -> None:
    mirror.cut = lambda number, length: setattr(mirror, "ranges", number < 5) or length  # type: ignore[func-returns-value]
    progress = Silent()
    assert len(fetch(mirror, tmp_path, progress).tracks) == 2
    assert any("are read through, which takes longer" in text for text in progress.warnings)
