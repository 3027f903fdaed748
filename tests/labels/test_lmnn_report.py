"""What verbose solvers print."""

import re

import pytest

from essentia_ldl.labels._lmnn_report import Report


def test_columns_are_metric_learn_s_and_the_times(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(verbose=True, last=9)
    report.iteration(2, 10.5, -1.25, 7, 1e-7)
    report.end(10.5, "")
    header, line, end = capsys.readouterr().out.splitlines()
    assert header.count("|") == 6
    assert re.fullmatch(r"2 10\.5 -1\.25 7 1e-07 \d+\.\d+s \d+\.\d+s", line)
    assert end == "LMNN converged with objective 10.5"


def test_says_why_it_fell_short(capsys: pytest.CaptureFixture[str]) -> None:
    Report(verbose=True, last=9).end(10.5, "stopped by max_iter=9")
    assert "LMNN didn't converge: stopped by max_iter=9" in capsys.readouterr().out


def test_no_time_is_left_after_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    Report(verbose=True, last=9).iteration(9, 10.5, -1.25, 7)
    assert capsys.readouterr().out.endswith(" 0.0s\n")


def test_is_silent_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(verbose=False, last=9)
    report.iteration(2, 10.5, -1.25, 7)
    report.end(10.5, "")
    assert capsys.readouterr().out == ""
