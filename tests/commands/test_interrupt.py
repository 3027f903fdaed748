import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.random_heads import write_head

soundfile = pytest.importorskip("soundfile", reason="writes the tests' audio")


def _heed_ctrl_c() -> None:
    # Where the tests run in the background, a shell has made them deaf to it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_in_one_line_and_keeps_what_was_computed(
    built_models: Path, tmp_path: Path
) -> None:
    _write_music(tmp_path / "music")
    running = _start(
        "train", tmp_path / "music", f"--output={tmp_path / 'out'}", f"--cache={tmp_path}",
        f"--models={built_models}",
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while len(list(tmp_path.rglob("*.npz"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    err = _interrupt(running)
    assert "interrupted: features that were extracted are kept" in err
    assert len(list(tmp_path.rglob("*.npz"))) >= 2


@pytest.mark.parametrize(
    ("command", "left"),
    [("validate", "nothing is kept"), ("predict", "other files have none")],
)
def test_what_keeps_nothing_does_not_say_that_it_does(
    built_models: Path, tmp_path: Path, command: str, left: str
) -> None:
    music = _write_music(tmp_path / "music")
    model = write_head(tmp_path / "moods.json", "moods", ("calm", "wild"))
    arguments = {
        "validate": (f"--annotations={music}", f"--output={tmp_path / 'out'}"),
        "predict": (str(music),),
    }[command]
    running = _start(command, model, *arguments, f"--models={built_models}", "--jobs=1")
    assert running.stderr is not None
    running.stderr.readline()  # "Classifying: 40 to do"
    err = _interrupt(running)
    (line,) = (line for line in err.splitlines() if line.startswith("interrupted"))
    assert left in line
    assert "features" not in err
    assert not list(tmp_path.glob("out/*"))


def _write_music(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    for label in ("calm", "wild"):
        (folder / label).mkdir(parents=True)
        for number in range(20):
            noise = rng.normal(scale=0.1, size=16000 * 20)
            soundfile.write(folder / label / f"{number}.wav", noise, 16000)
    return folder


def _start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "essentia_ldl", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_ctrl_c,
    )


def _interrupt(running: subprocess.Popen[str]) -> str:
    """Press Ctrl-C and return the rest of standard error."""
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in err
    _wait_until_gone(running.pid)
    return err


def _wait_until_gone(group: int) -> None:
    """Fail if processes of a group are left after ten seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("worker processes are left over")
