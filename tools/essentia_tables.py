"""Write the tables that essentia_ldl/features/tables.py reads: ``python -m tools.essentia_tables``.

Run it when Essentia changes; the same Essentia gives the same bytes.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import essentia_ldl.features
from essentia_ldl.features.algorithms import ESSENTIA, essentia_standard
from essentia_ldl.features.tables import FILE_NAME
from essentia_ldl.files import write_bytes
from essentia_ldl.versions import package_version
from essentia_ldl.workers import run_in_worker

Settings = dict[str, Any]
Tables = dict[str, NDArray[Any]]

# The paper's MFCC (section 4.1); what is not set is Essentia's default.
MFCC_WINDOW: Settings = {"type": "hann", "size": 1024, "zeroPadding": 1024}
MFCC: Settings = {"sampleRate": 44100.0, "inputSize": 1025, "numberCoefficients": 13}

# Fixed in tensorflowinputmusicnn.cpp, and not readable from outside.
MUSICNN_WINDOW: Settings = {"size": 512, "normalized": False}
MUSICNN_BANDS: Settings = {
    "inputSize": 257,
    "numberBands": 96,
    "sampleRate": 16000.0,
    "highFrequencyBound": 8000.0,
    "warpingFormula": "slaneyMel",
    "weighting": "linear",
    "normalize": "unit_tri",
}
MUSICNN_COMPRESSION: list[Settings] = [{"shift": 1.0, "scale": 10000.0}, {"type": "log10"}]

# Fixed in tensorflowinputvggish.cpp.
VGGISH_WINDOW: Settings = {
    "size": 400,
    "normalized": False,
    "zeroPadding": 112,
    "zeroPhase": False,
}
VGGISH_BANDS: Settings = {
    "inputSize": 257,
    "numberBands": 64,
    "sampleRate": 16000.0,
    "lowFrequencyBound": 125.0,
    "highFrequencyBound": 7500.0,
    "warpingFormula": "htkMel",
    "weighting": "warping",
    "type": "magnitude",
    "normalize": "unit_max",
}
VGGISH_COMPRESSION: list[Settings] = [{"shift": 0.01}, {"type": "log"}]


def read_tables() -> Tables:
    """Read the tables out of the installed Essentia; for use in a worker process.

    Returns
    -------
    dict of np.ndarray
        "mfcc/window", "mfcc/weights", "mfcc/dct", and the first two of "musicnn" and "vggish".
        Weights have a row per bin of the spectrum. Each has an "origin" too, a text in JSON.
    """
    return (
        _mfcc()
        | _front_end("musicnn", MUSICNN_WINDOW, MUSICNN_BANDS, MUSICNN_COMPRESSION)
        | _front_end("vggish", VGGISH_WINDOW, VGGISH_BANDS, VGGISH_COMPRESSION)
    )


def _mfcc() -> Tables:
    es = essentia_standard()
    windowing, mfcc = es.Windowing(**MFCC_WINDOW), es.MFCC(**MFCC)
    n_bands, n_coefficients = mfcc.paramValue("numberBands"), mfcc.paramValue("numberCoefficients")
    dct = es.DCT(inputSize=n_bands, outputSize=n_coefficients, dctType=mfcc.paramValue("dctType"))
    return {
        "mfcc/window": _window(MFCC_WINDOW),
        # Its first output are the bands.
        "mfcc/weights": np.array([mfcc(unit)[0] for unit in _units(MFCC["inputSize"])]),
        "mfcc/dct": np.array([dct(unit) for unit in _units(n_bands)]),
        "mfcc/origin": _origin(Windowing=windowing, MFCC=mfcc, DCT=dct),
    }


def _front_end(name: str, window: Settings, bands: Settings, compression: list[Settings]) -> Tables:
    es = essentia_standard()
    windowing, mel_bands = es.Windowing(**window), es.MelBands(**bands)
    shift, logarithm = (es.UnaryOperator(**settings) for settings in compression)
    return {
        f"{name}/window": _window(window),
        f"{name}/weights": np.array([mel_bands(unit) for unit in _units(bands["inputSize"])]),
        f"{name}/origin": _origin(
            Windowing=windowing, MelBands=mel_bands, shift=shift, compression=logarithm
        ),
    }


def _window(settings: Settings) -> NDArray[np.float32]:
    size = settings["size"]
    plain = essentia_standard().Windowing(**(settings | {"zeroPadding": 0, "zeroPhase": False}))
    return np.asarray(plain(np.ones(size, np.float32)), dtype=np.float32)


def _units(size: int) -> NDArray[np.float32]:
    return np.eye(size, dtype=np.float32)


def _origin(**algorithms: Any) -> NDArray[np.str_]:
    parameters = {
        name: {each: _plain(algorithm.paramValue(each)) for each in algorithm.parameterNames()}
        for name, algorithm in algorithms.items()
    }
    content = {"package": f"{ESSENTIA} {package_version(ESSENTIA)}", "algorithms": parameters}
    return np.array(json.dumps(content, sort_keys=True))


def _plain(value: Any) -> Any:
    # Essentia keeps single precision: it gives 1.000000013351432e-10 where 1e-10 was set.
    return float(str(np.float32(value))) if isinstance(value, float) else value


def write_tables(path: Path) -> None:
    """Write the installed Essentia's tables to a file."""
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **run_in_worker(read_tables))
    write_bytes(path, content.getvalue())


if __name__ == "__main__":
    write_tables(Path(essentia_ldl.features.__path__[0]) / FILE_NAME)
