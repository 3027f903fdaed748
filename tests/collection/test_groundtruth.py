"""Ground truth in the form of Essentia's and Gaia's classifier training."""

from collections.abc import Callable
from pathlib import Path

import pytest

from essentia_ldl.collection import Collection
from essentia_ldl.errors import CollectionError

Touch = Callable[..., Path]

# The layout of groundtruth_example.yaml and filelist_example.yaml in Gaia.
TRUTH = """className: genre_tzanetakis
groundTruth: {blu/blues.00000.wav: blu, blu/blues.00001.wav: blu,
  cla/classical.00000.wav: cla}
type: singleClass
version: 1.0
"""
FILELIST = """{blu/blues.00000.wav: audio/blu/blues.00000.wav,
  blu/blues.00001.wav: audio/blu/blues.00001.wav,
  cla/classical.00000.wav: audio/cla/classical.00000.wav, hip/other.wav: audio/hip/other.wav}
"""
AUDIO = ("blu/blues.00000.wav", "blu/blues.00001.wav", "cla/classical.00000.wav")


def read(folder: Path, text: str | bytes, name: str = "truth.yaml") -> Collection:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return Collection.from_path(folder / name)


def rows(collection: Collection) -> list[tuple[str, str]]:
    return [(track.path.name, track.label) for track in collection.tracks]


def reasons(collection: Collection) -> dict[str, str]:
    return {Path(skip.path).name: skip.reason for skip in collection.skipped}


EXPECTED = [("blues.00000.wav", "blu"), ("blues.00001.wav", "blu"), ("classical.00000.wav", "cla")]


def test_without_a_file_list_the_ids_are_the_paths(touch: Touch) -> None:
    collection = read(touch(*AUDIO), TRUTH)
    assert collection.name == "genre_tzanetakis"
    assert rows(collection) == EXPECTED


@pytest.mark.parametrize(
    ("truth", "filelist"),
    [
        ("groundtruth.yaml", "filelist.yaml"),
        ("genre_groundTruth.yaml", "genre_fileList.yml"),
        ("GroundTruth_1.yml", "filelist_1.yaml"),
    ],
)
def test_the_file_list_beside_the_ground_truth_names_the_paths(
    touch: Touch, truth: str, filelist: str
) -> None:
    folder = touch(*(f"audio/{name}" for name in AUDIO))
    (folder / filelist).write_text(FILELIST)
    collection = read(folder, TRUTH, truth)
    assert rows(collection) == EXPECTED
    assert collection.skipped == ()


def test_the_file_list_may_be_in_the_same_file(touch: Touch) -> None:
    folder = touch(*(f"audio/{name}" for name in AUDIO))
    assert rows(read(folder, TRUTH + "filelist: " + FILELIST)) == EXPECTED


def test_ids_and_labels_stay_as_they_are_written(touch: Touch) -> None:
    # YAML 1.1 reads 00 and 08 as a number and a text, and no, on and 1.0 as other than text.
    text = (
        "groundTruth: {00: no, 08: on, '02': [1.0]}\nfilelist: {00: a.wav, 08: b.wav, 02: c.wav}\n"
    )
    collection = read(touch("a.wav", "b.wav", "c.wav"), text)
    assert rows(collection) == [("a.wav", "no"), ("b.wav", "on"), ("c.wav", "1.0")]
    assert collection.name == "truth"


def test_ids_that_cannot_be_used_are_skipped(touch: Touch) -> None:
    text = (
        "groundTruth: {a: rock, b: ~, c: [rock, jazz], d: rock, e: rock, f: jazz, f: rock}\n"
        "filelist: {a: a.wav, b: b.wav, c: c.wav, e: e.sig, f: f.wav}\n"
    )
    collection = read(touch(*(f"{name}.wav" for name in "abcdf"), "e.sig"), text)
    assert rows(collection) == [("a.wav", "rock")]
    found = reasons(collection)
    assert "has no label" in found["b.wav"]
    assert "has no single label" in found["c.wav"]
    assert f"has no path in {collection.tracks[0].path.parent}/truth.yaml" in found["d"]
    assert "is a descriptor file, not audio" in found["e.sig"]
    assert "is labelled jazz and rock" in found["f.wav"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: multiClass\ngroundTruth: {a.wav: x}", "is a ground truth of type multiClass"),
        ("a.wav: rock\nb.wav: jazz\n", "has no groundTruth mapping; its keys are a.wav, b.wav"),
        ("groundTruth: [a, b]", "has no groundTruth mapping"),
        ("groundTruth: {}", "lists no track"),
        ("groundTruth: {a.wav: x}\nfilelist: list.txt", "its filelist is no mapping"),
        ("- a\n- b\n", "is no YAML mapping"),
        ("", "is no YAML mapping"),
        ("groundTruth: {a.wav: rock", "is not YAML: line [12]: "),
        ("groundTruth:\n\ta: b", "is not YAML: line 2: "),
        ("a: b\n---\nc: d\n", "is not YAML"),
        ("a: \x07", "is not YAML"),
        (b"groundTruth: {caf\xe9.wav: rock}", "is not UTF-8"),
        ("groundTruth: {a.sig: x, b.yaml: y}", "can be used; the first of 2: .*descriptor file"),
        ("groundTruth: {x.wav: rock}", "the first of 1: .*x.wav does not exist"),
        ("groundTruth: !!python/object/apply:os.getcwd []", "has no groundTruth mapping"),
    ],
)
def test_what_is_no_ground_truth_is_an_error_with_a_remedy(
    touch: Touch, text: str | bytes, message: str
) -> None:
    folder = touch("a.wav", "a.sig", "b.yaml")
    with pytest.raises(CollectionError, match=message) as caught:
        read(folder, text)
    assert caught.value.subject == str(folder / "truth.yaml")
    assert caught.value.remedy


def test_a_broken_file_list_is_named(touch: Touch) -> None:
    folder = touch("a.wav")
    (folder / "filelist.yaml").write_text("- a\n")
    with pytest.raises(CollectionError, match=r"filelist\.yaml: is no YAML mapping"):
        read(folder, TRUTH, "groundtruth.yaml")
