"""Copies found among fingerprints: made ones, and those of real sound."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import resample_poly

from essentia_ldl.audit import duplicates
from essentia_ldl.audit.duplicates import find_duplicates, near_duplicates
from essentia_ldl.features.fingerprints import FingerprintExtractor
from essentia_ldl.workers import run_in_workers

Fingerprint = NDArray[np.uint32]


def _random(rng: np.random.Generator, n_codes: int) -> Fingerprint:
    return rng.integers(2**32, size=n_codes, dtype=np.uint32)


def _blurred(codes: Fingerprint, share: float, rng: np.random.Generator) -> Fingerprint:
    """Flip a share of the bits."""
    flipped = rng.random((len(codes), 32)) < share
    return codes ^ np.packbits(flipped, axis=1).view(np.uint32)[:, 0]


def test_equal_files_are_exact_and_one_of_them_stands_for_all(rng: np.random.Generator) -> None:
    codes = _random(rng, 80)
    found = find_duplicates(
        ["x", "y", "x", "x"], [codes, codes, codes, codes], ["pop", "jazz", "pop", "rock"]
    )
    assert [(pair.first, pair.second, pair.kind, pair.same_label) for pair in found] == [
        (0, 1, "near", False),
        (0, 2, "exact", True),
        (0, 3, "exact", False),
        (2, 3, "exact", False),
    ]


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(-60, 60))
def test_cuts_are_found_wherever_they_begin(seed: int, offset: int) -> None:
    rng = np.random.default_rng(seed)
    whole = _random(rng, 160)
    first, second = whole[max(0, -offset) :], whole[max(0, offset) :]
    (match,) = near_duplicates([_random(rng, 90), first, _blurred(second, 0.06, rng)])
    assert match[:2] == (1, 2)
    assert 0.9 < match[2] < 1


def test_the_order_of_tracks_does_not_matter(rng: np.random.Generator) -> None:
    prints = [_random(rng, 100) for _ in range(6)]
    prints.append(_blurred(prints[2][30:], 0.05, rng))
    prints.append(_blurred(prints[4], 0.02, rng))
    order = rng.permutation(len(prints))
    forth = {frozenset(match[:2]) for match in near_duplicates(prints)}
    back = near_duplicates([prints[row] for row in order])
    assert forth == {frozenset((2, 6)), frozenset((4, 7))}
    assert {frozenset(order[list(match[:2])].tolist()) for match in back} == forth


@pytest.mark.parametrize("n_codes", [0, 1, 7])
def test_fingerprints_of_less_than_a_second_are_not_compared(n_codes: int) -> None:
    codes = np.full(n_codes, 77, dtype=np.uint32)
    assert near_duplicates([codes, codes, codes]) == []
    assert near_duplicates([]) == []


def test_sound_that_does_not_change_is_like_any_other(rng: np.random.Generator) -> None:
    few = np.repeat(_random(rng, 5), 12)
    assert near_duplicates([few, few]) == []
    assert len(near_duplicates([np.repeat(_random(rng, 9), 6)] * 2)) == 1


def test_many_copies_of_one_recording_hang_together(rng: np.random.Generator) -> None:
    codes = _random(rng, 40)
    matches = near_duplicates([codes] * 80)
    reached = {0}
    for first, second, _ in matches:
        if first in reached:
            reached.add(second)
    assert len(reached) == 80


def test_sounds_that_recordings_share_are_not_tried_one_by_one(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = _random(rng, 500)
    prints = [_random(rng, 400) for _ in range(100)]
    for codes in prints:
        shared = rng.random(len(codes)) < 1 / 3
        codes[shared] = rng.choice(pool, shared.sum())
    prints.append(_blurred(prints[7][150:235], 0.07, rng))
    tried = []
    agreement = duplicates._agreement

    def counted(first: Fingerprint, second: Fingerprint, offset: int) -> float:
        tried.append(offset)
        return agreement(first, second, offset)

    monkeypatch.setattr(duplicates, "_agreement", counted)
    monkeypatch.setattr(duplicates, "_COMPARISONS", 2 * sum(map(len, prints)))
    assert [match[:2] for match in near_duplicates(prints)] == [(7, 100)]
    # Any two of them share nine of the pool's codes, at as many offsets.
    assert len(tried) < 100 * 99 / 2


def _fingerprints(paths: list[Path]) -> list[Fingerprint]:
    found = dict(run_in_workers(_fingerprint, paths, jobs=2))
    return [found[path] for path in paths]


def _fingerprint(path: Path) -> tuple[Path, Fingerprint]:
    return path, FingerprintExtractor().compute(path)["fingerprint"]


@pytest.mark.shared
def test_real_recordings_are_known_in_every_form_and_others_are_not(
    shared: Path, tmp_path: Path
) -> None:
    clips = sorted((shared / "data/gtzan").glob("*/*.flac"))
    paths = [
        *clips,
        *(shared / f"data/essentia-audio/dubstep.{kind}" for kind in ("aac", "mp3", "ogg", "wav")),
        shared / "data/essentia-audio/dubstep.flac",
        *(shared / f"data/essentia-audio/{name}.mp3" for name in ("techno_loop", "flamenco")),
    ]
    families = [path.name if path in clips else path.stem for path in paths]
    for clip in clips[::7]:
        sound, rate = soundfile.read(clip)
        # Half a code away from the codes of the whole, which is the farthest there is.
        forms = {
            "trimmed": (sound[round(1.17 * rate) : round(11.4 * rate)], rate),
            "softer": (0.3 * sound, rate),
            "resampled": (resample_poly(sound, 16000, rate), 16000),
        }
        for name, (changed, changed_rate) in forms.items():
            paths.append(tmp_path / f"{clip.stem}-{name}.wav")
            soundfile.write(paths[-1], changed, changed_rate)
        paths.append(tmp_path / f"{clip.stem}-cut.mp3")
        soundfile.write(paths[-1], sound[round(2.6 * rate) :], rate)
        families += [clip.name] * 4
    found = {match[:2] for match in near_duplicates(_fingerprints(paths))}
    expected = {
        (first, second)
        for second in range(len(paths))
        for first in range(second)
        if families[first] == families[second]
    }
    assert found == expected
