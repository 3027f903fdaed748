"""Folders with one folder per class."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from essentia_ldl.collection import Collection
from essentia_ldl.errors import CollectionError

Touch = Callable[..., Path]


def names(collection: Collection) -> list[tuple[str, str]]:
    return [(track.path.name, track.label) for track in collection.tracks]


def reasons(collection: Collection) -> dict[str, str]:
    return {Path(skip.path).name: skip.reason for skip in collection.skipped}


def test_the_class_folder_names_the_class_however_deep_the_file_lies(touch: Touch) -> None:
    folder = touch("rock/b.FLAC", "rock/album/cd 1/a.mp3", "électro/ü.ogg", "jazz/c.wav")
    assert names(Collection.from_path(folder)) == [
        ("c.wav", "jazz"),
        ("a.mp3", "rock"),
        ("b.FLAC", "rock"),
        ("ü.ogg", "électro"),
    ]


def test_hidden_files_and_files_that_are_no_audio_are_passed_over(touch: Touch) -> None:
    folder = touch(
        "rock/a.wav", "rock/._a.wav", "rock/cover.jpg", "rock/.cache/b.wav", ".git/c.wav", "x.txt"
    )
    collection = Collection.from_path(folder)
    assert names(collection) == [("a.wav", "rock")]
    assert collection.skipped == ()


def test_empty_class_folders_and_audio_outside_them_are_reported(touch: Touch) -> None:
    folder = touch("rock/a.wav", "jazz/readme.txt", "stray.mp3")
    collection = Collection.from_path(folder)
    assert names(collection) == [("a.wav", "rock")]
    assert "holds no audio" in reasons(collection)["jazz"]
    assert "in no class folder" in reasons(collection)["stray.mp3"]


@pytest.mark.parametrize("files", [(), ("a.wav", "b.wav"), ("rock/readme.txt",)])
def test_a_folder_without_classes_says_what_is_expected(touch: Touch, files: tuple[str]) -> None:
    folder = touch(*files)
    with pytest.raises(CollectionError, match=r"no audio found.*one folder per class") as caught:
        Collection.from_path(folder)
    assert caught.value.subject == str(folder)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="does not exist"):
        Collection.from_path(tmp_path / "nowhere")
    with pytest.raises(CollectionError, match="is no folder"):
        Collection.from_folder(tmp_path / "nowhere")


def test_links_are_followed_and_loops_end(touch: Touch) -> None:
    folder = touch("store/a.wav", "music/rock/b.wav")
    (folder / "music" / "jazz").symlink_to(folder / "store")
    (folder / "music" / "rock" / "loop").symlink_to(folder / "music" / "rock")
    (folder / "music" / "rock" / "parent").symlink_to(folder / "music")
    collection = Collection.from_path(folder / "music")
    assert names(collection) == [("a.wav", "jazz"), ("b.wav", "rock")]
    assert collection.skipped == ()


def test_one_file_linked_into_two_classes_is_in_neither(touch: Touch) -> None:
    folder = touch("rock/a.wav", "rock/b.wav", "jazz/c.wav")
    (folder / "jazz" / "same.wav").symlink_to(folder / "rock" / "a.wav")
    collection = Collection.from_path(folder)
    assert names(collection) == [("c.wav", "jazz"), ("b.wav", "rock")]
    assert "is labelled jazz and rock, also as" in reasons(collection)["a.wav"]
    assert "keep the label that is right" in reasons(collection)["same.wav"]


def test_links_that_lead_nowhere_and_pipes_are_skipped(touch: Touch) -> None:
    folder = touch("rock/a.wav")
    (folder / "rock" / "gone.wav").symlink_to(folder / "gone.wav")
    os.mkfifo(folder / "rock" / "pipe.wav")
    (folder / "rock" / "folder.wav").mkdir()
    collection = Collection.from_path(folder)
    assert names(collection) == [("a.wav", "rock")]
    assert "does not exist" in reasons(collection)["gone.wav"]
    assert "not a regular file" in reasons(collection)["pipe.wav"]


def test_names_that_are_no_utf8_are_skipped_with_a_printable_path(touch: Touch) -> None:
    folder = touch("rock/a.wav")
    Path(os.fsdecode(os.fsencode(folder / "rock") + b"/caf\xe9.wav")).touch()
    collection = Collection.from_path(folder)
    assert names(collection) == [("a.wav", "rock")]
    assert reasons(collection) == {r"caf\udce9.wav": "its path is not valid UTF-8 (rename it)"}


def test_composed_and_decomposed_folder_names_are_one_class(touch: Touch) -> None:
    folder = touch("e\u0301tude/a.wav", "\u00e9tude/b.wav", " rock /c.wav")
    assert Collection.from_path(folder).classes == ("rock", "\u00e9tude")


@pytest.mark.parametrize(
    ("folder", "name"),
    [("My genres (2024)", "My_genres_2024"), ("a/b/../mood happy", "mood_happy"), ("音楽", "音楽")],
)
def test_the_name_is_fit_for_files(tmp_path: Path, folder: str, name: str) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / folder / "rock").mkdir(parents=True)
    (tmp_path / folder / "rock" / "a.wav").touch()
    collection = Collection.from_path(tmp_path / folder)
    assert collection.name == name
    assert ".." not in str(collection.tracks[0].path)


def test_a_relative_folder_gives_absolute_paths(
    touch: Touch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(touch("rock/a.wav"))
    collection = Collection.from_path(".")
    assert collection.tracks[0].path == Path.cwd() / "rock" / "a.wav"
    assert collection.name == Path.cwd().name


@contextmanager
def without_root() -> Iterator[None]:
    """Give up root's right to read everything, where tests run as root."""
    user = os.geteuid()
    os.seteuid(user or 65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_what_may_not_be_read_is_an_error_for_a_folder_and_a_skip_for_a_file() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file in ("music/jazz/a.wav", "music/rock/b.wav", "music/rock/c.wav"):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).touch()
        (folder / "list.csv").write_text("path,label\nmusic/rock/b.wav,x\nmusic/rock/c.wav,x\n")
        # Once with every right, so that no module is left to import without them.
        assert len(Collection.from_path(folder / "music").tracks) == 3
        assert len(Collection.from_path(folder / "list.csv").tracks) == 2

        (folder / "music" / "rock" / "b.wav").chmod(0)
        (folder / "music" / "jazz").chmod(0)
        with without_root():
            collection = Collection.from_path(folder / "list.csv")
            with pytest.raises(CollectionError, match="jazz: cannot be read: Permission denied"):
                Collection.from_path(folder / "music")
        (folder / "music" / "jazz").chmod(0o755)
    assert names(collection) == [("c.wav", "x")]
    assert "cannot be read: permission denied" in reasons(collection)["b.wav"]


def test_a_link_to_itself_is_named(touch: Touch) -> None:
    folder = touch("rock/a.wav")
    (folder / "jazz").symlink_to(folder / "jazz")
    with pytest.raises(CollectionError, match="jazz: cannot be read: Too many levels"):
        Collection.from_path(folder)


@pytest.mark.shared
def test_gtzan_is_60_clips_of_10_classes(shared: Path) -> None:
    collection = Collection.from_path(shared / "data" / "gtzan")
    assert collection.name == "gtzan"
    assert len(collection.tracks) == 60
    assert len(collection.classes) == 10
    assert collection.skipped == ()
