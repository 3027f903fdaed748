from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from essentia_ldl.zoo import Backbone, find_backbone

WriteWav = Callable[..., Path]


@pytest.fixture(scope="session")
def backbone(built_models: Path) -> Backbone:
    return find_backbone("msd-musicnn", built_models)


@pytest.fixture
def write_wav(tmp_path: Path) -> WriteWav:
    """Write noise, or the samples given, as a float wav; a seed makes a content of its own."""
    import soundfile

    def write(
        name: str,
        seconds: float = 3.5,
        *,
        seed: int = 0,
        samples: NDArray[np.float32] | None = None,
        rate: int = 16000,
        folder: Path = tmp_path,
    ) -> Path:
        if samples is None:
            noise = np.random.default_rng(seed).standard_normal(round(seconds * rate))
            samples = np.asarray(0.1 * noise, dtype=np.float32)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, rate, subtype="FLOAT")
        return path

    return write
