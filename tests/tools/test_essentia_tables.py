"""The stored tables, compared with the installed Essentia."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.audio import Signal
from essentia_ldl.features.algorithms import essentia_standard
from essentia_ldl.features.tables import FILE_NAME
from essentia_ldl.workers import run_in_worker
from tools import essentia_tables
from tools.essentia_tables import Settings, read_tables, write_tables

FRONT_ENDS = {
    "TensorflowInputMusiCNN": (
        essentia_tables.MUSICNN_WINDOW,
        essentia_tables.MUSICNN_BANDS,
        essentia_tables.MUSICNN_COMPRESSION,
    ),
    "TensorflowInputVGGish": (
        essentia_tables.VGGISH_WINDOW,
        essentia_tables.VGGISH_BANDS,
        essentia_tables.VGGISH_COMPRESSION,
    ),
}


def _front_end_and_its_parts(
    name: str, frame: Signal, window: Settings, bands: Settings, compression: list[Settings]
) -> tuple[Signal, Signal]:
    es = essentia_standard()
    spectrum = es.Spectrum(size=2 * (bands["inputSize"] - 1))(es.Windowing(**window)(frame))
    shift, logarithm = (es.UnaryOperator(**settings) for settings in compression)
    parts = logarithm(shift(es.MelBands(**bands)(spectrum)))
    return getattr(es, name)()(frame), parts


def _mfcc_and_its_parts(frame: Signal) -> tuple[Signal, Signal]:
    es = essentia_standard()
    spectrum = es.Spectrum(size=2048)(es.Windowing(**essentia_tables.MFCC_WINDOW)(frame))
    bands, coefficients = es.MFCC(**essentia_tables.MFCC)(spectrum)
    dct = es.DCT(inputSize=40, outputSize=13)
    return coefficients, dct(es.UnaryOperator(type="lin2db", scale=1)(bands) * np.float32(2))


def test_the_installed_essentia_has_the_stored_tables() -> None:
    installed = run_in_worker(read_tables)
    stored_file = files("essentia_ldl.features") / FILE_NAME
    with stored_file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        assert set(stored) == set(installed)
        for name, values in installed.items():
            np.testing.assert_array_equal(stored[name], values)
            assert stored[name].dtype == values.dtype


@pytest.mark.parametrize("name", FRONT_ENDS)
def test_front_ends_are_made_of_the_parts_that_are_stored(
    name: str, rng: np.random.Generator
) -> None:
    window, bands, compression = FRONT_ENDS[name]
    for loudness in (1, 1e-3, 0):
        frame = np.asarray(loudness * rng.standard_normal(window["size"]), dtype=np.float32)
        whole, parts = run_in_worker(
            _front_end_and_its_parts, name, frame, window, bands, compression
        )
        np.testing.assert_array_equal(whole, parts)


def test_mfcc_are_the_dct_of_the_bands_that_are_stored(rng: np.random.Generator) -> None:
    frame = rng.standard_normal(1024).astype(np.float32)
    coefficients, parts = run_in_worker(_mfcc_and_its_parts, frame)
    np.testing.assert_allclose(coefficients, parts, atol=1e-4)


def test_the_same_essentia_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.npz", "b.npz")]
    for path in paths:
        write_tables(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
