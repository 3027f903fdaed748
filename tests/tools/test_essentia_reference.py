"""The peer of measurements can be called from where measurements are started."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from essentia_ldl.workers import run_in_worker
from tools.essentia_reference import mfcc_of_file, mono_loader

ROOT = Path(__file__).resolve().parents[2]

_PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from essentia_ldl.workers import run_in_worker
from tools.essentia_reference import mfcc_of_file
print(run_in_worker(mfcc_of_file, Path(sys.argv[2])).shape)
"""


def _wav(folder: Path) -> Path:
    import soundfile

    path = folder / "a.wav"
    soundfile.write(path, 0.1 * np.random.default_rng(0).standard_normal(3 * 22050), 22050)
    return path


def test_a_file_gives_the_papers_frames(tmp_path: Path) -> None:
    path = _wav(tmp_path)
    assert run_in_worker(mono_loader, path).size == 2 * 3 * 22050 - 1
    assert run_in_worker(mfcc_of_file, path).shape == (1291, 13)


def test_a_program_elsewhere_reaches_it_in_its_workers(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(_PROGRAM)
    result = subprocess.run(
        [sys.executable, program, ROOT, _wav(tmp_path)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert result.stdout == "(1291, 13)\n", result.stderr
