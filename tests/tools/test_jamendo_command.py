"""tools/jamendo_audio.py against a server on this machine, with every fault there is."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from essentia_ldl.collection.annotations import audio_of
from tests.tools.jamendo_mirror import Dataset, Mirror, write_annotations
from tools.jamendo import command
from tools.jamendo.patience import Manners

ROOT = Path(__file__).resolve().parents[2]
NAMES = [f"{n:02d}/{k * 100 + n}.mp3" for n in (14, 15, 27) for k in range(1, 9)]
NEEDED = ["14/214.mp3", "14/814.mp3", "27/127.mp3"]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return Dataset.of("audio", NAMES)


@pytest.fixture
def mirror(dataset: Dataset) -> Iterator[Mirror]:
    with Mirror(dataset.files()) as running:
        yield running


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits that the client made, which pass at once."""
    waits: list[float] = []

    @dataclass(frozen=True)
    class Hasty(Manners):
        sleep: Callable[[float], None] = waits.append

    monkeypatch.setattr(command, "Manners", Hasty)
    return waits


@pytest.fixture
def annotations(tmp_path: Path) -> Path:
    return write_annotations(tmp_path / "clean.tsv", NEEDED)


def run(mirror: Mirror, annotations: Path, *options: str) -> int:
    return command.main(
        [
            str(annotations),
            "-o",
            str(annotations.parent / "audio"),
            "--mirror",
            mirror.address,
            "--lists",
            f"{mirror.address}/lists",
            "--pause",
            "0",
            *options,
        ]
    )


def arrived(annotations: Path) -> list[str]:
    """Everything in the folder but the lists."""
    folder = annotations.parent / "audio"
    files = (file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    return sorted(name for name in files if "sha256" not in name)


def check_tracks(annotations: Path, dataset: Dataset, names: list[str]) -> None:
    assert arrived(annotations) == sorted(names)
    for name in names:
        assert (annotations.parent / "audio" / name).read_bytes() == dataset.tracks[name]


def test_only_the_tracks_needed_are_fetched(
    mirror: Mirror, annotations: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(mirror, annotations) == 0
    check_tracks(annotations, dataset, NEEDED)
    archives = {path for path in mirror.gets if "lists" not in path}
    assert archives == {
        "/raw_30s/audio/raw_30s_audio-14.tar",
        "/raw_30s/audio/raw_30s_audio-27.tar",
    }
    lists = sum(map(len, dataset.lists().values()))
    assert mirror.sent < len(NEEDED) * 30_000 + lists + 20 * 1024, "headers and tracks alone"
    assert all("essentia_ldl/" in agent and "jamendo_audio" in agent for agent in mirror.agents)
    told = capsys.readouterr().out
    assert "0 tracks are there; 3 to fetch\n" in told
    assert "Archives that hold them: 2; to fetch from these: about 0.00 of their 0.00 GB" in told
    assert "3 of 3 tracks are in" in told


def test_what_is_there_is_not_fetched_again_and_what_is_damaged_is(
    mirror: Mirror, annotations: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    run(mirror, annotations)
    before = len(mirror.log)
    assert run(mirror, annotations) == 0
    assert len(mirror.log) == before, "the lists are kept as well"
    (annotations.parent / "audio" / "14/214.mp3").write_bytes(b"damaged")
    capsys.readouterr()
    assert run(mirror, annotations) == 0
    assert "2 tracks are there; 1 to fetch" in capsys.readouterr().out
    check_tracks(annotations, dataset, NEEDED)


def test_a_dry_run_tells_the_total_and_fetches_no_audio(
    mirror: Mirror, annotations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(mirror, annotations, "--dry-run") == 0
    assert "3 to fetch" in capsys.readouterr().out
    assert arrived(annotations) == []


def test_a_disk_that_is_too_small_is_told_before_it_is_full(
    mirror: Mirror,
    annotations: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=50_000))
    assert run(mirror, annotations, "--dry-run") == 0
    assert "0.00 GB are free, which is not enough" in capsys.readouterr().err


def test_tracks_of_low_quality_have_their_own_names(tmp_path: Path) -> None:
    dataset = Dataset.of("audio-low", [name.replace(".mp3", ".low.mp3") for name in NAMES])
    annotations = write_annotations(tmp_path / "clean.tsv", NEEDED)
    with Mirror(dataset.files()) as mirror:
        assert run(mirror, annotations, "--type", "audio-low") == 0
    check_tracks(annotations, dataset, ["14/214.low.mp3", "14/814.low.mp3", "27/127.low.mp3"])
    assert all(audio_of(name, tmp_path / "audio") for name in NEEDED), "validate finds them"


def test_a_taxonomy_narrows_what_is_needed(
    mirror: Mirror, tmp_path: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    annotations = write_annotations(tmp_path / "raw.tsv", NEEDED[:2])
    more = write_annotations(
        tmp_path / "more.tsv", NEEDED[2:], "genre_dortmund---pop\tmood_sad---sad"
    )
    assert run(mirror, annotations, str(more), "--taxonomy", "genre-dortmund") == 1
    assert "has no votes in a taxonomy genre-dortmund" in capsys.readouterr().err
    assert run(mirror, more, "--taxonomy", "genre-dortmund") == 0
    check_tracks(annotations, dataset, NEEDED[2:])


@pytest.mark.parametrize("ranges", [True, False])
def test_connections_that_break_are_gone_on_with(
    mirror: Mirror, annotations: Path, dataset: Dataset, ranges: bool
) -> None:
    mirror.ranges = ranges
    share = 3 if ranges else 1
    mirror.cut = lambda number, length: length if number % 3 else length * 2 // (share + 1)
    assert run(mirror, annotations) == 0
    check_tracks(annotations, dataset, NEEDED)


def test_a_server_without_ranges_or_head_is_read_through(
    mirror: Mirror, annotations: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror.ranges = mirror.head = False
    assert run(mirror, annotations) == 0
    check_tracks(annotations, dataset, NEEDED)
    assert "of unknown size" in capsys.readouterr().out


def test_a_server_that_breaks_off_every_time_is_given_up(
    mirror: Mirror, annotations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(mirror, annotations, "--dry-run")
    mirror.cut = lambda number, length: 0
    assert run(mirror, annotations) == 1
    assert "gave up after 7 attempts" in capsys.readouterr().err
    mirror.ranges = False
    assert run(mirror, annotations) == 1
    assert "14/214.mp3: did not come: the connection broke off" in capsys.readouterr().err
    assert not [name for name in arrived(annotations) if name.endswith(".mp3")]


def test_a_server_that_is_busy_is_waited_for(
    mirror: Mirror, annotations: Path, dataset: Dataset, short_waits: list[float]
) -> None:
    run(mirror, annotations, "--dry-run")
    mirror.answers = [(429, {"Retry-After": "31"}), (503, {}), (503, {})]
    short_waits.clear()
    assert run(mirror, annotations) == 0
    assert [wait for wait in short_waits if wait][:3] == [31.0, 2.0, 4.0]
    check_tracks(annotations, dataset, NEEDED)


def test_a_server_that_is_busy_for_long_is_left_alone(
    mirror: Mirror, annotations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(mirror, annotations, "--dry-run")
    mirror.answers = [(429, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"})]
    assert run(mirror, annotations) == 1
    error = capsys.readouterr().err
    assert "429 Too Many Requests and asks to wait for" in error
    assert "goes on where it stopped" in error


@pytest.mark.parametrize("ranges", [True, False])
def test_other_bytes_are_not_kept_and_the_rest_still_comes(
    mirror: Mirror,
    annotations: Path,
    dataset: Dataset,
    capsys: pytest.CaptureFixture[str],
    ranges: bool,
) -> None:
    mirror.ranges = ranges
    address = "/raw_30s/audio/raw_30s_audio-14.tar"
    mirror.files[address] = mirror.files[address].replace(
        dataset.tracks["14/214.mp3"], bytes(30_000)
    )
    assert run(mirror, annotations) == 1
    check_tracks(annotations, dataset, NEEDED[1:])
    assert "14/214.mp3: came with other bytes than the dataset's" in capsys.readouterr().err


def test_a_part_of_other_bytes_is_begun_anew(
    mirror: Mirror, annotations: Path, dataset: Dataset
) -> None:
    for ranges, name in ((True, "14/214.mp3"), (False, "27/127.mp3")):
        mirror.ranges = ranges
        part = annotations.parent / "audio" / f"{name}.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(b"another version of it")
        assert run(mirror, write_annotations(annotations, [name])) == 0
    check_tracks(annotations, dataset, ["14/214.mp3", "27/127.mp3"])


def test_what_is_not_there_is_named_and_the_rest_still_comes(
    mirror: Mirror, annotations: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    del mirror.files["/raw_30s/audio/raw_30s_audio-14.tar"]
    mirror.files["/raw_30s/audio/raw_30s_audio-15.tar"] = dataset.archives["raw_30s_audio-27.tar"]
    paths = [*NEEDED, "15/115.mp3", "15/999915.mp3", "99/99.mp3"]
    assert run(mirror, write_annotations(annotations, paths)) == 1
    check_tracks(annotations, dataset, NEEDED[2:])
    captured = capsys.readouterr()
    assert "raw_30s_audio-14.tar: the server answers 404 Not Found" in captured.err
    for line in (
        "14/214.mp3: is in raw_30s_audio-14.tar, which the server refuses",
        "15/115.mp3: is not in raw_30s_audio-15.tar",
        "15/999915.mp3: is in none of the dataset's lists",
        "99/99.mp3: is in none of the dataset's lists",
    ):
        assert line in captured.err
    assert "1 of 6 tracks are in" in captured.out


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE html>" * 1000, bytes(512)])
def test_what_is_no_archive_is_named(
    mirror: Mirror, annotations: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    for ranges in (True, False):
        mirror.ranges = ranges
        mirror.files["/raw_30s/audio/raw_30s_audio-14.tar"] = content
        assert run(mirror, annotations) == 1
        assert "14/214.mp3: is" in capsys.readouterr().err
    assert arrived(annotations) == NEEDED[2:]


def test_whole_archives_are_kept_when_asked_for(
    mirror: Mirror, annotations: Path, dataset: Dataset, capsys: pytest.CaptureFixture[str]
) -> None:
    mirror.cut = lambda number, length: length if number % 3 else length // 2
    assert run(mirror, annotations, "--keep") == 0
    folder = annotations.parent / "audio"
    kept = ["raw_30s_audio-14.tar", "raw_30s_audio-27.tar"]
    assert arrived(annotations) == sorted([*NEEDED, *kept])
    assert (folder / kept[0]).read_bytes() == dataset.archives[kept[0]]
    (folder / NEEDED[0]).unlink()
    before = len(mirror.gets)
    assert run(mirror, annotations, "--keep") == 0
    assert len(mirror.gets) == before, "it was taken out of the archive that is there"
    (folder / kept[1]).unlink()
    (folder / NEEDED[2]).unlink()
    address = f"/raw_30s/audio/{kept[1]}"
    mirror.files[address] = mirror.files[address][::-1]
    assert run(mirror, annotations, "--keep") == 1
    assert "which came with other bytes" in capsys.readouterr().err


def test_lists_may_lie_in_a_folder(
    mirror: Mirror,
    annotations: Path,
    dataset: Dataset,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lists = tmp_path / "data"
    assert run(mirror, annotations, "--lists", str(lists)) == 1
    error = capsys.readouterr().err
    assert "raw_30s_audio_sha256_tars.txt: the dataset's list of sums cannot be read" in error
    assert "data/download of the dataset's repository" in error
    lists.mkdir()
    for name, content in dataset.lists().items():
        (lists / name).write_bytes(content)
    assert run(mirror, annotations, "--lists", str(lists)) == 0
    (lists / "raw_30s_audio_sha256_tars.txt").write_text("<html>sign in first</html>")
    assert run(mirror, annotations, "--lists", str(lists)) == 1
    assert "line 1 is no SHA-256 with a name" in capsys.readouterr().err


def test_a_list_that_the_server_lacks_is_an_error(
    mirror: Mirror, annotations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del mirror.files["/lists/raw_30s_audio_sha256_tracks.txt"]
    assert run(mirror, annotations) == 1
    assert "sha256_tracks.txt: the server answers 404" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--mirror", "ftp://x"], "is no address to download from"),
        (["--mirror", "http://127.0.0.1:9"], "gave up after 7 attempts: no connection"),
        (["--pause", "-1"], "is no time in seconds"),
        (
            ["--taxonomy", "mood_sat"],
            "has no votes in a taxonomy mood_sat; the nearest is mood_sad",
        ),
    ],
)
def test_mistakes_end_in_one_line(
    mirror: Mirror,
    annotations: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    message: str,
) -> None:
    assert run(mirror, annotations, *options) == 1
    assert message in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(
    mirror: Mirror, annotations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = annotations.parent / "audio"
    folder.write_text("a file where the folder should be")
    assert run(mirror, annotations) == 1
    assert "audio: cannot be made: File exists" in capsys.readouterr().err
    folder.unlink()
    folder.mkdir()
    (folder / "14").write_text("a file where the folder should be")
    assert run(mirror, annotations) == 1
    assert "14/214.mp3: cannot be written" in capsys.readouterr().err


def program(mirror: Mirror, annotations: Path, **keywords: object) -> subprocess.Popen[str]:
    """Start the program as a user does."""
    line = [sys.executable, str(ROOT / "tools" / "jamendo_audio.py"), str(annotations)]
    line += ["-o", str(annotations.parent / "audio"), "--mirror", mirror.address]
    line += ["--lists", f"{mirror.address}/lists", "--pause", "0"]
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        line, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keywords
    )


def test_a_full_disk_leaves_nothing_under_a_final_name(
    mirror: Mirror, annotations: Path, dataset: Dataset
) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    process = program(mirror, annotations, preexec_fn=small_disk)
    _, error = process.communicate()
    assert process.returncode == 1
    assert "14/214.mp3: cannot be written" in error
    assert "free some space" in error
    assert arrived(annotations) == ["14/214.mp3.part"]
    assert run(mirror, annotations) == 0
    check_tracks(annotations, dataset, NEEDED)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_killed_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    dataset = Dataset.of("audio", NAMES, size=3_000_000)
    annotations = write_annotations(tmp_path / "clean.tsv", NEEDED)
    part = tmp_path / "audio" / "14/814.mp3.part"
    begun = 600_000

    def slow(_: int, length: int) -> int:
        # The second track comes in small pieces from now on.
        if length < 2_000_000 or not part.parent.joinpath("214.mp3").exists():
            return length
        time.sleep(0.1)
        return begun if not part.exists() else 200_000

    with Mirror(dataset.files(), cut=slow) as mirror:
        process = program(mirror, annotations)
        while not (part.exists() and part.stat().st_size >= begun // 2):
            time.sleep(0.01)
            assert process.poll() is None
        os.kill(process.pid, number)
        _, error = process.communicate()
        assert process.returncode == (130 if number == signal.SIGINT else -number)
        assert ("goes on from there" in error) == (number == signal.SIGINT)
        assert arrived(annotations) == ["14/214.mp3", "14/814.mp3.part"]
        had = part.stat().st_size
        mirror.cut = lambda number, length: length
        mirror.log.clear()
        assert run(mirror, annotations) == 0
    check_tracks(annotations, dataset, NEEDED)
    lengths = [
        int(end) - int(start) + 1
        for _, _, text in mirror.log
        if text
        for start, end in [text[6:].split("-")]
    ]
    assert max(lengths) == 3_000_000, "the third track is fetched whole"
    assert 3_000_000 - had in lengths, "and the second one from where it stopped"
