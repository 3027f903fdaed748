"""The content of report.json as typed data."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from essentia_ldl.report import LabelDistributions
from essentia_ldl.report.content import Report

MakeRun = Callable[..., tuple[dict[str, Any], LabelDistributions]]


def test_entries_that_have_no_name_here_are_kept(make_run: MakeRun) -> None:
    report, _ = make_run()
    report["optimizer"] = {"name": "adam"}
    content = Report.model_validate(report)
    assert content.others == {"backbone": "msd-musicnn", "optimizer": {"name": "adam"}}
    assert content.variants["s_a"].label_enhancement.others == {"n_neighbors": 10}
    assert content.exported.metadata == report["exported"]["json"]


@pytest.mark.parametrize("name", ["variants", "exported", "classes", "seconds"])
def test_what_lacks_an_entry_is_refused(make_run: MakeRun, name: str) -> None:
    report, _ = make_run()
    del report[name]
    with pytest.raises(ValidationError, match=name):
        Report.model_validate(report)
