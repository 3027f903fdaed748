from pathlib import Path

import pytest

from tools.benchmarks.chords import write_clips
from tools.benchmarks.results import Finding, Point
from tools.benchmarks.scaling import grow
from tools.benchmarks.stages import STAGES


@pytest.mark.parametrize(
    ("stage", "sizes"),
    [("k-NN smoothing (s_a)", (50, 100)), ("decoding and MFCC", (2, 4)), ("evaluation", (50, 100))],
)
def test_a_stage_grows(stage: str, sizes: tuple[int, int], tmp_path: Path) -> None:
    write_clips(tmp_path, n_classes=1, n_clips=1, seconds=1.0)
    points = list(grow(stage, sizes, 100, tmp_path))
    assert [point.n_tracks for point in points if isinstance(point, Point)] == [*sizes]
    assert all(len(point.runs) == 3 for point in points if isinstance(point, Point))


def test_what_would_take_too_long_is_left_out_and_said(tmp_path: Path) -> None:
    first, said = grow("evaluation", (1000, 100_000, 200_000), 1e-4, tmp_path)
    assert isinstance(first, Point)
    assert isinstance(said, Finding)
    assert said.text == "100,000, 200,000 left out: more than 0.0001 s of CPU time"


def test_there_is_a_style_for_every_stage() -> None:
    from tools.benchmarks.plot import _STYLES

    assert len(STAGES) <= len(_STYLES)
