"""The ten tasks of the paper."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from essentia_ldl.collection import Collection, Task, load_task, task_names
from essentia_ldl.errors import OptionError

# Sizes, classes and settings: Buisson et al., ICASSP 2022, sections 2 and 3. Class names and
# their order: the metadata of Essentia's zoo (classification-heads/TASK/TASK-msd-musicnn-1.json).
TASKS = {
    "genre_dortmund": (
        1820,
        "alternative blues electronic folkcountry funksoulrnb jazz pop raphiphop rock",
    ),
    "genre_rosamerica": (400, "cla dan hip jaz pop rhy roc spe"),
    "genre_tzanetakis": (1000, "blu cla cou dis hip jaz met pop reg roc"),
    "mood_acoustic": (321, "acoustic non_acoustic"),
    "mood_aggressive": (280, "aggressive not_aggressive"),
    "mood_electronic": (332, "electronic non_electronic"),
    "mood_happy": (302, "happy non_happy"),
    "mood_party": (349, "non_party party"),
    "mood_relaxed": (446, "non_relaxed relaxed"),
    "mood_sad": (230, "non_sad sad"),
}


def test_the_names() -> None:
    assert task_names() == tuple(TASKS)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_the_papers(name: str) -> None:
    task = load_task(name)
    size, classes = TASKS[name]
    mood = name.startswith("mood")
    assert task.name == name
    assert task.classes == tuple(classes.split())
    assert list(task.classes) == sorted(task.classes)
    assert task.n_components == (32 if mood else 64)
    assert task.n_neighbors == {"s_a": 10, "s_b": 30 if mood else 10}
    data = json.loads((files("essentia_ldl.models") / "tasks" / f"{name}.json").read_text("utf-8"))
    assert task.collection_size == size
    assert task.collection == data["collection"]
    assert "ICASSP 2022" in data["reference"]
    assert task.collection
    assert data["collection_citation"]


@pytest.mark.parametrize("name", TASKS)
def test_aliases_name_classes_and_none_of_them_two(name: str) -> None:
    task = load_task(name)
    assert set(task.aliases) <= set(task.classes)
    for meant in task.classes:
        for label in (meant, *task.aliases.get(meant, ())):
            assert task.match(label) == meant
            assert task.match(label.upper().replace("_", " ")) == meant


def spellings(name: str) -> list[str]:
    """Ways to write a name that mean the same."""
    words = name.replace("_", " ").replace("-", " ")
    joined = [words.replace(" ", mark) for mark in (" ", "_", "-", "")]
    written = [name, *joined, words.title(), words.upper(), f" {words}. "]
    if words.startswith(("non ", "not ")):
        written += [f"{prefix}{words[4:]}" for prefix in ("non-", "not_", "Not ", "NON", "no ")]
    return [spelling.replace("/", ", ") for spelling in written]


@pytest.mark.parametrize("name", TASKS)
def test_folders_may_be_named_in_every_spelling(name: str, tmp_path: Path) -> None:
    task = load_task(name)
    names = {meant: [meant, *task.aliases.get(meant, ())] for meant in task.classes}
    written = {meant: [s for n in names[meant] for s in spellings(n)] for meant in names}
    for number in range(max(map(len, written.values()))):
        folder = tmp_path / str(number)
        for meant, folders in written.items():
            track = folder / folders[number % len(folders)] / f"{meant}.flac"
            track.parent.mkdir(parents=True)
            track.touch()
        collection = Collection.from_path(folder).with_task(Task.for_collection(name, ["x"]))
        assert collection.classes == task.classes
        assert all(track.label == track.path.stem for track in collection.tracks)


# The labels of MTG-Jamendo's music-classification annotations (its README), and of the folders
# that GTZAN and the Dortmund collection come in.
ANNOTATED = {
    "genre_dortmund": TASKS["genre_dortmund"][1].replace(" ", ","),
    "genre_rosamerica": "classic,dance,hip hop,jazz,pop,rhythm and blues,rock,speech",
    "genre_tzanetakis": "blues,classic,country,disco,hip hop,jazz,metal,pop,reggae,rock",
    "mood_acoustic": "acoustic,non acoustic",
    "mood_aggressive": "aggressive,non aggressive",
    "mood_electronic": "electronic,not_electronic",
    "mood_happy": "happy,not_happy",
    "mood_party": "not_party,party",
    "mood_relaxed": "non relaxed,relaxed",
    "mood_sad": "not_sad,sad",
}


@pytest.mark.parametrize("name", TASKS)
def test_annotations_match_the_classes(name: str) -> None:
    task = load_task(name)
    labels = ANNOTATED[name].split(",")
    assert tuple(task.match(label) for label in labels) == task.classes


@pytest.mark.parametrize(
    ("name", "label", "meant"),
    [
        ("genre_dortmund", "Folk/Country", "folkcountry"),
        ("genre_dortmund", "rap & hip-hop", "raphiphop"),
        ("genre_dortmund", "Funk/Soul/R&B", "funksoulrnb"),
        ("genre_rosamerica", "R'n'B", "rhy"),
        ("genre_tzanetakis", "classical", "cla"),
        ("mood_happy", "NON-HAPPY", "non_happy"),
        ("mood_aggressive", "nonaggressive", "not_aggressive"),
        ("mood_party", "no party", "non_party"),
        ("mood_party", "", None),
        ("mood_party", "#", None),
        ("genre_tzanetakis", "speech", None),
    ],
)
def test_match(name: str, label: str, meant: str | None) -> None:
    assert load_task(name).match(label) == meant


@pytest.mark.parametrize("name", ["genre-dortmund", "Genre_Dortmund", " genre_dortmund "])
def test_names_may_be_spelled_freely(name: str) -> None:
    assert load_task(name) == load_task("genre_dortmund")


@pytest.mark.parametrize("name", ["", "mood_hapy", "../mood_happy", "mood_happy.json"])
def test_an_unknown_name_is_an_error_that_lists_the_known(name: str) -> None:
    with pytest.raises(OptionError, match=r"none of the paper's tasks.*mood_sad"):
        load_task(name)
    with pytest.raises(OptionError, match="the nearest is mood_happy"):
        load_task("mood_hapy")


def test_a_collection_of_ones_own_takes_the_settings_of_its_kind() -> None:
    mood = Task.for_collection("Dance ability/2", ["danceable", "not_danceable"])
    assert (mood.name, mood.n_components) == ("Dance_ability_2", 32)
    assert mood.n_neighbors == {"s_a": 10, "s_b": 30}
    genre = Task.for_collection("my_genres", ["x", "a", "b"])
    assert (genre.n_components, genre.n_neighbors) == (64, {"s_a": 10, "s_b": 10})
    assert genre.classes == ("x", "a", "b")
    assert genre.match("A") == "a"


def test_a_collection_named_as_a_task_of_the_paper_is_that_one() -> None:
    assert Task.for_collection("mood-sad", ["sad"]) == load_task("mood_sad")


def test_classes_alike_are_told_and_kept_apart() -> None:
    classes = ["Hip Hop", "hip-hop", "jazz", "non jazz", "not_jazz"]
    task = Task.for_collection("mine", classes)
    assert task.lookalikes() == (("Hip Hop", "hip-hop"), ("non jazz", "not_jazz"))
    assert [task.match(name) for name in classes] == classes


@pytest.mark.parametrize("name", TASKS)
def test_no_classes_of_the_paper_are_alike(name: str) -> None:
    assert load_task(name).lookalikes() == ()
