import io
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from essentia_ldl.commands.validation_tables import accuracy_table, distances_table, summary

_NUMBER = {"value": 0.5, "low": 0.25, "high": 0.75}
_MEASURES = ("kullback_leibler", "chebyshev", "clark", "canberra", "cosine", "intersection")


@pytest.fixture
def report() -> dict[str, Any]:
    """The parts of a validation that a terminal shows."""
    estimates = {measure: {**_NUMBER, "value": i / 8} for i, measure in enumerate(_MEASURES)}
    model = {"balanced_accuracy": _NUMBER, "log_loss": 1.25, "calibration_error": 0.125}
    return {
        "task": "mood_sad",
        "n_tracks": 9,
        "missing": [1, 2],
        "unreadable": [],
        "left_out": {"without three equal votes": 4},
        "intervals": {"confidence": 0.9},
        "accuracy": {
            "n_tracks": 5,
            "tracks_per_class": [3, 2, 0],
            "models": {"[a]": model, "b": model},
            "differences": [{"model": "b", "other": "[a]", **_NUMBER}],
        },
        "distances": {
            "n_tracks": 9,
            "n_divided": 4,
            "models": {"[a]": estimates, "b": estimates},
            "baselines": {"uniform": estimates},
        },
    }


def _shown(table: Table, width: int = 80) -> str:
    console = Console(width=width, file=io.StringIO())
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_accuracy_fits_a_terminal(report: dict[str, Any]) -> None:
    shown = _shown(accuracy_table(report))
    assert "mood_sad: 5 tracks, 2 classes" in shown
    assert "90 % interval" in shown
    for number in ("[a]", "0.500", "0.250 to 0.750", "1.250", "0.125"):
        assert number in shown


def test_distances_fit_a_terminal(report: dict[str, Any]) -> None:
    shown = _shown(distances_table(report))
    assert "9 tracks, 4 of them with divided votes" in shown
    for number in ("uniform", "KL ↓", "inters. ↑", "0.000", "0.125", "0.625"):
        assert number in shown


def test_nothing_is_silently_left_out(report: dict[str, Any]) -> None:
    difference, counts = summary(report)
    assert difference == "b against [a]: +0.500 (0.250 to 0.750)"
    assert counts == ("9 tracks were judged; 2 missing, 0 unreadable, 4 without three equal votes.")
    assert list(summary({**report, "accuracy": None})) == [counts]
