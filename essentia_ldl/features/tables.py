"""Windows, mel weights and DCT of Essentia's algorithms, read out of Essentia once and stored.

`tools/essentia_tables.py` writes the file that lies beside this module; a test compares it with
the installed Essentia.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE_NAME = "essentia_tables.npz"


@dataclass(frozen=True)
class BandTables:
    """What turns frames into the energies of mel bands.

    Attributes
    ----------
    window : np.ndarray [shape=(frame_size,)], float32
        Windowing, with its normalisation. Zero phase, which moves a frame's halves, changes no
        magnitude and is left out.
    fft_size : int
        Samples that a frame is padded to with zeros.
    bins : slice
        Of the spectrum's ``fft_size // 2 + 1`` bins, those that enter a band.
    weights : np.ndarray [shape=(n_bins, n_bands)], float32
        Weight of each of these bins in each band.
    power : bool
        Whether the weights apply to squared magnitudes (MelBands' type "power") or to magnitudes.
    origin : mapping
        Essentia's version, its algorithms and their parameters.
    """

    window: NDArray[np.float32]
    fft_size: int
    bins: slice
    weights: NDArray[np.float32]
    power: bool
    origin: Mapping[str, Any]

    @property
    def frame_size(self) -> int:
        """Samples in a frame."""
        return self.window.size


@dataclass(frozen=True)
class MFCCTables:
    """What turns frames into mel-frequency cepstral coefficients.

    Attributes
    ----------
    bands : BandTables
    dct : np.ndarray [shape=(n_bands, n_coefficients)], float32
        DCT, by which rows of band energies in dB are multiplied.
    silence : float
        Energy that a band is taken to have at least (MFCC's silenceThreshold).
    """

    bands: BandTables
    dct: NDArray[np.float32]
    silence: float


@lru_cache(maxsize=1)
def mfcc_tables() -> MFCCTables:
    """Tables of the paper's MFCC: 44.1 kHz, hann 1024 zero-padded to 2048, 40 bands to 11 kHz.

    Examples
    --------
    >>> tables = mfcc_tables()
    >>> tables.bands.frame_size, tables.bands.fft_size, tables.bands.bins
    (1024, 2048, slice(1, 511, None))
    >>> tables.bands.weights.shape, tables.dct.shape
    ((510, 40), (40, 13))
    """
    bands = _bands("mfcc")
    parameters = bands.origin["algorithms"]["MFCC"]
    return MFCCTables(bands, _array("mfcc/dct"), float(parameters["silenceThreshold"]))


@lru_cache(maxsize=1)
def musicnn_tables() -> BandTables:
    """Tables of TensorflowInputMusiCNN: 16 kHz, frames of 512, 96 bands of squared magnitudes."""
    return _bands("musicnn")


@lru_cache(maxsize=1)
def vggish_tables() -> BandTables:
    """Tables of TensorflowInputVGGish: 16 kHz, 400 zero-padded to 512, 64 bands of magnitudes."""
    return _bands("vggish")


def _bands(name: str) -> BandTables:
    weights = _array(f"{name}/weights")
    origin = json.loads(str(_array(f"{name}/origin")))
    used = np.flatnonzero(weights.any(axis=1))
    bins = slice(int(used[0]), int(used[-1]) + 1)
    mel = origin["algorithms"].get("MelBands") or origin["algorithms"]["MFCC"]
    return BandTables(
        window=_array(f"{name}/window"),
        fft_size=2 * (len(weights) - 1),
        bins=bins,
        weights=weights[bins],
        power=mel["type"] == "power",
        origin=MappingProxyType(origin),
    )


def _array(name: str) -> NDArray[Any]:
    with (
        (files("essentia_ldl.features") / FILE_NAME).open("rb") as stream,
        np.load(stream, allow_pickle=False) as tables,
    ):
        values: NDArray[Any] = tables[name]
    values.flags.writeable = False
    return values
