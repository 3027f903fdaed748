from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.collection import Collection, Track
from essentia_ldl.errors import AudioError
from essentia_ldl.export.parity import probe_signal
from essentia_ldl.features import MelBandExtractor, MFCCExtractor, extract_mel_bands
from essentia_ldl.features.algorithms import musicnn_patches
from essentia_ldl.networks.patches import MelPatches
from essentia_ldl.progress import Silent
from essentia_ldl.workers import run_in_worker
from tests.features.conftest import WriteWav


def test_patches_are_essentias_to_half_precision() -> None:
    signal = probe_signal()
    bands, repeated = MelBandExtractor().bands(signal)
    expected = run_in_worker(musicnn_patches, signal)
    patches = MelPatches([bands], hop=93).track(0)
    assert not repeated
    assert patches.shape == expected.shape
    np.testing.assert_allclose(patches, expected, rtol=6e-4, atol=2e-4)


def test_empty_signal() -> None:
    with pytest.raises(AudioError):
        MelBandExtractor().bands(np.zeros(0, np.float32))


def test_settings_are_in_the_key() -> None:
    keys = {
        extractor.key
        for extractor in (
            MelBandExtractor(),
            MelBandExtractor(resample_quality=1),
            MelBandExtractor(sample_rate=22050),
        )
    }
    assert len(keys) == 3
    assert all(key.startswith("mel-bands-") for key in keys)


def test_collection_in_any_number_of_workers(write_wav: WriteWav, tmp_path: Path) -> None:
    paths = [write_wav(f"{i}.wav", 1.0 + 2 * i, seed=i) for i in range(3)]
    collection = Collection("made", tuple(Track(path, "pop") for path in paths))
    progress = Silent()
    _, one = extract_mel_bands(
        collection, mfcc=MFCCExtractor(), cache_dir=tmp_path / "1", jobs=1, progress=progress
    )
    _, two = extract_mel_bands(collection, cache_dir=tmp_path / "2", jobs=2)
    assert one.mfcc_s is not None
    assert two.mfcc_s is None
    assert one.embeddings == two.embeddings == ()
    assert [band.dtype for band in one.mel_bands] == [np.float16] * 3
    for ours, theirs in zip(one.mel_bands, two.mel_bands, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert len(one.mel_bands[0]) == 187
    assert any("shorter than one patch" in warning for warning in progress.warnings)
    _, again = extract_mel_bands(collection, cache_dir=tmp_path / "1")
    np.testing.assert_array_equal(again.mel_bands[2], one.mel_bands[2])
