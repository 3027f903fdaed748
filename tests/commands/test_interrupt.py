import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

soundfile = pytest.importorskip("soundfile", reason="writes the tests' audio")


def _heed_ctrl_c() -> None:
    # Where the tests run in the background, a shell has made them deaf to it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_in_one_line_and_keeps_what_was_computed(
    built_models: Path, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    for label in ("calm", "wild"):
        (tmp_path / "music" / label).mkdir(parents=True)
        for number in range(20):
            noise = rng.normal(scale=0.1, size=16000 * 20)
            soundfile.write(tmp_path / "music" / label / f"{number}.wav", noise, 16000)
    command = [sys.executable, "-m", "essentia_ldl", "train", str(tmp_path / "music")]
    options = [f"--output={tmp_path / 'out'}", f"--cache={tmp_path}", f"--models={built_models}"]
    running = subprocess.Popen(
        [*command, *options],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_ctrl_c,
    )
    deadline = time.monotonic() + 120
    while len(list(tmp_path.rglob("*.npz"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted: features that were extracted are kept" in err
    assert "Traceback" not in err
    assert len(list(tmp_path.rglob("*.npz"))) >= 2
    _wait_until_gone(running.pid)


def _wait_until_gone(group: int) -> None:
    """Fail if processes of a group are left after ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("worker processes are left over")
