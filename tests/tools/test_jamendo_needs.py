"""What annotation files need, and what of it is there."""

from pathlib import Path

import pytest

from essentia_ldl.errors import CollectionError
from tests.recorder import Recorder
from tests.tools.jamendo_mirror import Dataset, sha256, write_annotations
from tools.jamendo.lists import Checksums
from tools.jamendo.needs import find_needs, needed_paths, share_of_archive

DATASET = Dataset.of("audio", ["14/114.mp3", "14/214.mp3", "14/314.mp3", "15/215.mp3"], size=100)
SUMS = Checksums(
    "audio",
    {name: sha256(content) for name, content in DATASET.archives.items()},
    {name: sha256(content) for name, content in DATASET.tracks.items()},
)


def test_several_files_need_their_union(tmp_path: Path) -> None:
    one = write_annotations(tmp_path / "1.tsv", ["14/214.mp3", "15/215.mp3"], "mood_sad---sad")
    two = write_annotations(tmp_path / "2.tsv", ["14/214.mp3", "14/114.mp3"], "gender---male")
    assert needed_paths([one, two]) == ("14/114.mp3", "14/214.mp3", "15/215.mp3")
    assert needed_paths([one], ["mood-sad"]) == ("14/214.mp3", "15/215.mp3")
    with pytest.raises(CollectionError, match="no votes in a taxonomy gender"):
        needed_paths([one], ["gender"])


def test_a_file_without_tracks_or_of_another_form_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="lists no track"):
        needed_paths([write_annotations(tmp_path / "1.tsv", [])])
    other = tmp_path / "2.tsv"
    other.write_text("path\tlabel\n14/214.mp3\trock\n")
    with pytest.raises(CollectionError, match="another header"):
        needed_paths([other])


def test_tracks_are_looked_for_and_checked(tmp_path: Path) -> None:
    (tmp_path / "14").mkdir()
    (tmp_path / "14/114.mp3").write_bytes(DATASET.tracks["14/114.mp3"])
    (tmp_path / "14/214.mp3").write_bytes(b"damaged")
    progress = Recorder()
    paths = ("14/114.mp3", "14/214.mp3", "15/215.mp3", "15/999915.mp3", "99/99.mp3", "x.mp3")
    needs = find_needs(paths, SUMS, tmp_path, progress)
    assert needs.archives == {
        "raw_30s_audio-14.tar": ("14/214.mp3",),
        "raw_30s_audio-15.tar": ("15/215.mp3",),
    }
    assert (needs.present, needs.n_tracks) == (1, 2)
    assert needs.unlisted == ("15/999915.mp3", "99/99.mp3", "x.mp3")
    assert share_of_archive(needs, SUMS) == pytest.approx(
        {"raw_30s_audio-14.tar": 1 / 3, "raw_30s_audio-15.tar": 1.0}
    )
    assert progress.stages == [("looking what is there", 6, [1] * 6)]
