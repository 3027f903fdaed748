"""The page in a real browser."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from essentia_ldl.report import LabelDistributions, write_report

MakeRun = Callable[..., tuple[dict[str, Any], LabelDistributions]]

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_CANARY = "document.body.dataset.ran = 1"


def _dump_dom(page: Path, profile: Path) -> str:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        pytest.skip(f"needs one of {', '.join(_BROWSERS)}")
    flags = ["--headless", "--disable-gpu", f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to run as root with its sandbox.
    result = subprocess.run(
        [browser, *flags, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return result.stdout


def test_a_browser_draws_the_figures_and_runs_nothing(make_run: MakeRun, tmp_path: Path) -> None:
    classes = (f"<script>{_CANARY}</script>", f'"><img src=x onerror="{_CANARY}">', "rock")
    files = write_report(tmp_path / "out", *make_run(classes, skipped=['it\'s "so".mp3']))
    dom = _dump_dom(files.html, tmp_path / "profile")
    assert "data-ran" not in dom
    assert "<script" not in dom
    assert "<img" not in dom
    assert f"&lt;script&gt;{_CANARY}" in dom
    assert dom.count("<circle ") == 15
    assert len(re.findall(r"<svg ", dom)) == 4
    assert len(re.findall(r'<table class="matrix', dom)) == 3
