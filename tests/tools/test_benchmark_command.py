import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.benchmarks.command import CASES, main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("program", [["tools/benchmark.py"], ["-m", "tools.benchmark"]])
def test_help_teaches(program: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, *program, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for word in (*CASES, "--json", "--markdown", "python tools/benchmark.py all"):
        assert word in run.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["song"], "invalid choice: 'song'"),
        ([], "required: CASE"),
        (["mfcc", "--audio", "nowhere"], "nowhere: there is no such folder"),
        (["mfcc", "--audio", "."], "holds no audio files"),
        (["lmnn", "--json", "."], "is a folder"),
        (["lmnn", "--json", "page.md/x.json"], "cannot be written"),
        (["lmnn", "--markdown", "page.md"], "has no place for the results"),
        (["lmnn", "--plot", "cost.png"], "lmnn has no plot"),
        (["all", "--plot", "cost.txt"], "cost.txt: is no picture"),
        (["all", "--read", "page.md"], "is not a file that --json wrote"),
        (["all", "--read", "none.json"], "none.json: cannot be read"),
    ],
)
def test_mistakes_are_told_before_anything_is_measured(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.md").write_text("# A page\n")
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert os.listdir() == ["page.md"]


def test_what_was_measured_is_kept_and_can_be_shown_again(
    short_music: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, page = tmp_path / "out.json", tmp_path / "page.md"

    assert main(["mfcc", "--quick", "--audio", str(short_music), "--json", str(kept)]) == 0
    first = capsys.readouterr()
    assert "[1/1] mfcc" in first.err
    assert "MonoLoader" in first.out
    content = json.loads(kept.read_text())
    assert content["quick"]
    clips, song, alone = content["entries"]
    for entry in (clips, song, alone):
        assert len(entry["ours"]["runs"]) == len(entry["peer"]["runs"]) == 2
    assert len(clips["details"]["ratios"]) == 2
    assert clips["differences"]["MFCC-P"] < 1e-3

    assert main(["mfcc", "--read", str(kept), "--markdown", str(page)]) == 0
    assert capsys.readouterr().out == first.out
    assert "### mfcc" in page.read_text()


def test_a_case_that_cannot_be_measured_here_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ESSENTIA_LDL_MODELS", str(tmp_path))
    monkeypatch.setenv("ESSENTIA_LDL_CACHE", str(tmp_path))
    assert main(["embeddings", "--quick", "--json", str(tmp_path / "out.json")]) == 1
    assert "backbones build msd-musicnn" in capsys.readouterr().err
    content = json.loads((tmp_path / "out.json").read_text())
    assert "not here yet" in content["skipped"]["embeddings"]


def test_a_peer_that_fails_costs_no_other_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(setting: object) -> object:
        raise ZeroDivisionError("the peer's own")

    monkeypatch.setattr("tools.benchmarks.heads.measure", broken)
    assert main(["heads", "--quick", "--json", str(tmp_path / "out.json")]) == 1
    assert "heads is not measured to its end: ZeroDivisionError" in capsys.readouterr().err
    content = json.loads((tmp_path / "out.json").read_text())
    assert content["skipped"]["heads"] == "ZeroDivisionError: the peer's own"


def _heed_ctrl_c() -> None:
    # Where the tests run in the background, a shell has made them deaf to it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_in_one_line() -> None:
    running = subprocess.Popen(
        [sys.executable, "tools/benchmark.py", "heads"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_heed_ctrl_c,
    )
    assert running.stderr is not None
    while "to do" not in running.stderr.readline():
        assert running.poll() is None
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
