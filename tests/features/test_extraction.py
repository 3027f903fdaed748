"""Extraction on real audio and on every kind of bad file, in real workers."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.collection import Collection, Track
from essentia_ldl.errors import CollectionError, ModelError
from essentia_ldl.features import EMBEDDING, Features, MFCCExtractor, extract_features
from essentia_ldl.progress import Advance, Silent
from essentia_ldl.zoo import Backbone

WriteWav = Callable[..., Path]


class Steps(Silent):
    """Progress that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: dict[str, tuple[int, list[int]]] = {}

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        steps: list[int] = []
        self.stages[name] = (total, steps)
        yield steps.append


def _collection(*paths: Path) -> Collection:
    tracks = (Track(path, "ab"[i % 2]) for i, path in enumerate(paths))
    return Collection("demo", tuple(tracks))


def _assert_equal(one: Features, other: Features) -> None:
    assert one.mfcc_s is not None
    assert one.mfcc_p is not None
    np.testing.assert_array_equal(one.mfcc_s, other.mfcc_s)
    np.testing.assert_array_equal(one.mfcc_p, other.mfcc_p)
    assert len(one.embeddings) == len(other.embeddings)
    for ours, theirs in zip(one.embeddings, other.embeddings, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def _written(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*.npz")}


def test_rows_follow_the_tracks_whatever_jobs_is(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    paths = [write_wav(f"{i}.wav", 3.0 + i, seed=i) for i in range(4)]
    # Long tracks first, so that results come back in another order than they went.
    collection = _collection(*reversed(paths))
    one, two = (
        extract_features(
            collection, backbone=backbone, mfcc=MFCCExtractor(), cache_dir=tmp_path / str(jobs),
            jobs=jobs,
        )
        for jobs in (1, 2)
    )  # fmt: skip
    assert one[0] == two[0] == collection
    _assert_equal(one[1], two[1])
    assert one[1].mfcc_s is not None
    assert one[1].mfcc_p is not None
    assert one[1].mfcc_s.shape == (4, 26)
    assert one[1].mfcc_p.shape == (4, 195)
    assert [len(embeddings) for embeddings in one[1].embeddings] == [3, 2, 1, 1]
    assert all(embeddings.dtype == np.float32 for embeddings in one[1].embeddings)


def test_a_second_run_extracts_nothing(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    collection = _collection(*(write_wav(f"{i}.wav", seed=i) for i in range(3)))
    cache = tmp_path / "cache"
    first = extract_features(
        collection, backbone=backbone, mfcc=MFCCExtractor(), cache_dir=cache, jobs=1
    )
    written = _written(cache)
    assert len(written) == 6
    steps = Steps()
    second = extract_features(
        collection, backbone=backbone, mfcc=MFCCExtractor(), cache_dir=cache, jobs=1, progress=steps
    )
    _assert_equal(first[1], second[1])
    assert _written(cache) == written
    assert steps.stages == {"Extracting features": (3, [1, 1, 1])}
    assert len(steps.warnings) == 1
    assert "3 of 3 clips end before 20 s" in steps.warnings[0]


def test_mfcc_and_embeddings_are_kept_apart(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    collection = _collection(write_wav("a.wav"))
    cache = tmp_path / "cache"
    _, features = extract_features(collection, backbone=backbone, cache_dir=cache, jobs=1)
    assert features.mfcc_s is None
    assert features.mfcc_p is None
    (embeddings,) = _written(cache)
    extract_features(collection, backbone=backbone, mfcc=MFCCExtractor(), cache_dir=cache, jobs=1)
    assert len(_written(cache)) == 2
    assert embeddings.exists()


def test_damaged_entries_are_computed_again(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    collection = _collection(write_wav("a.wav"))
    arguments = {
        "backbone": backbone,
        "mfcc": MFCCExtractor(),
        "cache_dir": tmp_path / "cache",
        "jobs": 1,
    }
    first = extract_features(collection, **arguments)  # type: ignore[arg-type]
    for path in _written(tmp_path / "cache"):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    _assert_equal(first[1], extract_features(collection, **arguments)[1])  # type: ignore[arg-type]
    _assert_equal(first[1], extract_features(collection, **arguments)[1])  # type: ignore[arg-type]


def test_without_a_cache_to_write_extraction_goes_on_with_one_warning(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    collection = _collection(*(write_wav(f"{i}.wav", seed=i) for i in range(3)))
    told = Silent()
    kept, features = extract_features(
        collection, backbone=backbone, cache_dir=tmp_path / "cache", jobs=1, progress=told
    )
    assert kept == collection
    assert len(features.embeddings) == 3
    assert len(told.warnings) == 1
    assert "not cached" in told.warnings[0]
    assert str(tmp_path / "cache") in told.warnings[0]


def test_every_bad_file_is_left_out_with_its_reason(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    (tmp_path / "text.mp3").write_text("words\n" * 100)
    (tmp_path / "empty.flac").touch()
    sound = write_wav("good.wav", seed=9)
    (tmp_path / "cut.wav").write_bytes(sound.read_bytes()[:60])
    nan = np.full(48000, 0.1, np.float32)
    nan[5] = np.nan
    bad = {
        write_wav("three.wav", samples=np.ones((48000, 3), np.float32)): "more than 2 channels",
        write_wav("silent.wav", samples=np.zeros(48000, np.float32)): "silent",
        write_wav("nan.wav", samples=nan): "not finite",
        write_wav(
            "huge.wav", samples=np.tile(np.array([1e30, -1e30], np.float32), 24000)
        ): "not finite",
        tmp_path / "text.mp3": "cannot be decoded",
        tmp_path / "empty.flac": "cannot be decoded",
        tmp_path / "cut.wav": "silent|no samples|decoded",
        tmp_path / "absent.wav": "No such file",
    }
    kept, features = extract_features(
        _collection(sound, *bad),
        backbone=backbone,
        mfcc=MFCCExtractor(),
        cache_dir=tmp_path,
        jobs=1,
    )
    assert [track.path for track in kept.tracks] == [sound]
    assert len(features.embeddings) == 1
    reasons = {Path(skip.path): skip.reason for skip in kept.skipped}
    assert reasons.keys() == bad.keys()
    for path, expected in bad.items():
        assert any(part in reasons[path] for part in expected.split("|")), reasons[path]
        assert reasons[path].endswith(")"), "the remedy is missing"
        assert str(path) not in reasons[path]


def test_short_clips_are_counted_once(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    collection = _collection(
        write_wav("a.wav", 0.5, seed=1), write_wav("b.wav", 2.9, seed=2),
        write_wav("c.wav", 3.5, seed=3),
    )  # fmt: skip
    told = Silent()
    kept, features = extract_features(
        collection, backbone=backbone, cache_dir=tmp_path, jobs=1, progress=told
    )
    assert kept == collection
    assert [embeddings.shape for embeddings in features.embeddings] == [(1, 200)] * 3
    assert told.warnings == [
        "2 of 3 clips are shorter than one patch (2.96 s) and are repeated to fill it: "
        "a.wav, b.wav (longer clips teach more)"
    ]


def test_strict_extraction_leaves_short_clips_out(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    long, short = write_wav("long.wav", 20.5, seed=1), write_wav("short.wav", seed=2)
    told = Silent()
    kept, _ = extract_features(
        _collection(long, short),
        backbone=backbone,
        mfcc=MFCCExtractor(short_clips="raise"),
        cache_dir=tmp_path,
        jobs=1,
        progress=told,
    )
    assert [track.path for track in kept.tracks] == [long]
    (skip,) = kept.skipped
    assert "ends before 20 s" in skip.reason
    assert "longer clip" in skip.reason
    assert told.warnings == []


def test_copies_are_left_out_by_content(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    # Labels alternate: the first pair agrees, the second does not.
    paths = [
        write_wav("1.wav", seed=1), write_wav("2.wav", seed=2), write_wav("copy_of_1.wav", seed=1),
        write_wav("3.wav", seed=3), write_wav("4.wav", seed=4), write_wav("copy_of_4.wav", seed=4),
    ]  # fmt: skip
    kept, features = extract_features(
        _collection(*paths), backbone=backbone, cache_dir=tmp_path, jobs=1
    )
    assert [track.path.name for track in kept.tracks] == ["1.wav", "2.wav", "3.wav"]
    assert len(features.embeddings) == 3
    skipped = {Path(skip.path).name for skip in kept.skipped}
    assert skipped == {"copy_of_1.wav", "4.wav", "copy_of_4.wav"}
    _, alone = extract_features(
        _collection(paths[3]), backbone=backbone, cache_dir=tmp_path, jobs=1
    )
    np.testing.assert_array_equal(features.embeddings[2], alone.embeddings[0])


def test_no_track_left_is_an_error_with_reasons(backbone: Backbone, tmp_path: Path) -> None:
    paths = [tmp_path / f"{i}.wav" for i in range(5)]
    with pytest.raises(CollectionError, match="no track gives features") as caught:
        extract_features(_collection(*paths), backbone=backbone, cache_dir=tmp_path, jobs=1)
    assert "0.wav" in str(caught.value)
    assert "and 2 more" in str(caught.value)


def test_a_backbone_that_does_not_run_is_no_fault_of_the_tracks(
    write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    graph = tmp_path / "broken.pb"
    graph.write_bytes(b"no graph")
    broken = Backbone(backbone.metadata, graph, "0" * 64)
    with pytest.raises(ModelError, match="is no frozen TensorFlow graph"):
        extract_features(
            _collection(write_wav("a.wav")), backbone=broken, cache_dir=tmp_path, jobs=1
        )


@pytest.mark.shared
def test_a_file_that_corrupts_the_decoders_memory_costs_no_other_track(
    shared: Path, write_wav: WriteWav, backbone: Backbone, tmp_path: Path
) -> None:
    content = bytearray((shared / "data" / "essentia-audio" / "dubstep.ogg").read_bytes())
    # 255 channels in the Vorbis header: an error, and a crash in the same process later on.
    content[39] = 255
    paths = [tmp_path / f"broken{i}.ogg" for i in range(2)]
    for i, path in enumerate(paths):
        path.write_bytes(bytes(content) + bytes(i))
    good = [write_wav(f"{i}.wav", seed=i) for i in range(2)]
    mixed = [path for pair in zip(paths, good, strict=True) for path in pair]
    kept, features = extract_features(
        _collection(*mixed), backbone=backbone, cache_dir=tmp_path / "a", jobs=2
    )
    assert [track.path for track in kept.tracks] == good
    assert {Path(skip.path) for skip in kept.skipped} == set(paths)
    _, alone = extract_features(
        _collection(*good), backbone=backbone, cache_dir=tmp_path / "b", jobs=1
    )
    for ours, theirs in zip(features.embeddings, alone.embeddings, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.shared
def test_essentias_own_odd_files(shared: Path, backbone: Backbone, tmp_path: Path) -> None:
    folder = shared / "data" / "essentia-audio"
    bad = {"empty.mp3", "empty.ogg", "empty.wav", "test-unicode.flac", "unsupported.sd2"}
    good = {"dubstep.flac", "hiphop.mp3"}
    collection = _collection(*sorted(folder / name for name in bad | good))
    kept, _ = extract_features(
        collection, backbone=backbone, mfcc=MFCCExtractor(), cache_dir=tmp_path, jobs=1
    )
    assert {track.path.name for track in kept.tracks} == good
    assert {Path(skip.path).name for skip in kept.skipped} == bad


_PROGRAM = """
import sys
from pathlib import Path
from essentia_ldl.collection import Collection, Track
from essentia_ldl.features import MFCCExtractor, extract_features
from essentia_ldl.zoo import find_backbone

folder, models, cache = map(Path, sys.argv[1:])
tracks = tuple(Track(path, "a") for path in sorted(folder.glob("*.wav")))
extract_features(
    Collection("demo", tracks), backbone=find_backbone("msd-musicnn", models),
    mfcc=MFCCExtractor(), cache_dir=cache, jobs=1,
)
"""


def test_a_run_that_was_killed_goes_on_from_there(
    write_wav: WriteWav, backbone: Backbone, built_models: Path, tmp_path: Path
) -> None:
    paths = [write_wav(f"{i}.wav", 12.0, seed=i, folder=tmp_path / "music") for i in range(4)]
    cache = tmp_path / "cache"
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(tmp_path / "music"), str(built_models), str(cache)],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not _written(cache) and time.monotonic() < deadline:
        time.sleep(0.05)
    program.kill()
    _, errors = program.communicate(timeout=60)
    assert "Traceback" not in errors
    before = _written(cache)
    assert 0 < len(before) < 8
    arguments = {"backbone": backbone, "mfcc": MFCCExtractor(), "jobs": 1}
    resumed = extract_features(_collection(*paths), cache_dir=cache, **arguments)  # type: ignore[arg-type]
    assert before.items() <= _written(cache).items()
    fresh = extract_features(_collection(*paths), cache_dir=tmp_path / "new", **arguments)  # type: ignore[arg-type]
    _assert_equal(resumed[1], fresh[1])


def test_space_of_embeddings_is_their_mean_in_double_precision(rng: np.random.Generator) -> None:
    embeddings = tuple(rng.normal(size=(n, 5)).astype(np.float32) for n in (1, 3, 7))
    space = Features(None, None, embeddings).space(EMBEDDING)
    assert space.dtype == np.float64
    assert space.shape == (3, 5)
    expected = [np.mean(patches.astype(np.float64), axis=0) for patches in embeddings]
    np.testing.assert_allclose(space, expected, rtol=1e-12)
    with pytest.raises(ValueError, match="no table embedding"):
        Features(None, None).space(EMBEDDING)
