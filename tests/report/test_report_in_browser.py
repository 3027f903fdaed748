"""The page in a real browser."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from essentia_ldl.report import LabelDistributions, write_report
from tests.report.browser import dump_dom

MakeRun = Callable[..., tuple[dict[str, Any], LabelDistributions]]

_CANARY = "document.body.dataset.ran = 1"


def test_a_browser_draws_the_figures_and_runs_nothing(make_run: MakeRun, tmp_path: Path) -> None:
    classes = (f"<script>{_CANARY}</script>", f'"><img src=x onerror="{_CANARY}">', "rock")
    files = write_report(tmp_path / "out", *make_run(classes, skipped=['it\'s "so".mp3']))
    dom = dump_dom(files.html, tmp_path / "profile")
    assert "data-ran" not in dom
    assert "<script" not in dom
    assert "<img" not in dom
    assert f"&lt;script&gt;{_CANARY}" in dom
    assert dom.count("<circle ") == 15
    assert len(re.findall(r"<svg ", dom)) == 4
    assert len(re.findall(r'<table class="matrix', dom)) == 3
