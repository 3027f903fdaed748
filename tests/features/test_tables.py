import numpy as np
import pytest

from essentia_ldl.features.tables import BandTables, mfcc_tables, musicnn_tables, vggish_tables


@pytest.mark.parametrize(
    ("tables", "frame_size", "fft_size", "n_bands", "power"),
    [
        (mfcc_tables().bands, 1024, 2048, 40, True),
        (musicnn_tables(), 512, 512, 96, True),
        (vggish_tables(), 400, 512, 64, False),
    ],
)
def test_sizes_are_the_algorithms(
    tables: BandTables, frame_size: int, fft_size: int, n_bands: int, power: bool
) -> None:
    assert tables.frame_size == frame_size
    assert tables.fft_size == fft_size
    assert tables.weights.shape == (tables.bins.stop - tables.bins.start, n_bands)
    assert tables.power == power
    assert tables.window.dtype == tables.weights.dtype == np.float32


def test_normalisations_are_the_algorithms() -> None:
    # Windowing's default is twice unit area; unit_sum is MFCC's.
    mfcc = mfcc_tables()
    assert mfcc.bands.window.sum() == pytest.approx(2, abs=1e-5)
    np.testing.assert_allclose(mfcc.bands.weights.sum(axis=0), 1, atol=1e-5)
    for tables in (musicnn_tables(), vggish_tables()):
        assert tables.window.max() == pytest.approx(1, abs=1e-3)


def test_the_dct_is_orthonormal() -> None:
    dct = mfcc_tables().dct
    np.testing.assert_allclose(dct.T @ dct, np.eye(13), atol=1e-5)


def test_bins_that_enter_no_band_are_left_out() -> None:
    bands = mfcc_tables().bands
    assert bands.bins == slice(1, 511)
    assert bands.weights[[0, -1]].any(axis=1).all()


def test_the_origin_is_told() -> None:
    origin = mfcc_tables().bands.origin
    assert origin["package"].startswith("essentia-tensorflow ")
    assert origin["algorithms"]["MFCC"]["warpingFormula"] == "htkMel"
    assert mfcc_tables().silence == 1e-10


def test_nobody_changes_the_tables_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        mfcc_tables().bands.window[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        mfcc_tables().dct[0] = 1
