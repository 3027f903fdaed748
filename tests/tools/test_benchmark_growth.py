from pathlib import Path

import pytest

from essentia_ldl.errors import OptionError
from tools.benchmarks.case import Unavailable
from tools.benchmarks.clock import Run
from tools.benchmarks.growth import growth_headings, growth_rows, growths
from tools.benchmarks.plot import check_plot, write_plot
from tools.benchmarks.results import Point

POINTS = [
    Point("scaling", stage, size, [Run(cost, cost)])
    for stage, costs in {"smoothing": (0.01, 0.09, 1.0), "LMNN": (0.5, 1.5)}.items()
    for size, cost in zip((100, 300, 1000), costs, strict=False)
]


def test_slopes_are_those_of_the_logarithms() -> None:
    smoothing, lmnn = growths(reversed(POINTS))[::-1]
    assert (smoothing.stage, lmnn.stage) == ("smoothing", "LMNN")
    assert smoothing.slope == pytest.approx(2, abs=0.01)
    assert smoothing.last_slope == pytest.approx(2, abs=0.01)
    assert lmnn.slope == pytest.approx(1)
    assert growths(POINTS[:1])[0].slope is None


def test_sizes_that_were_left_out_are_empty() -> None:
    found = growths(POINTS)
    assert growth_headings(found) == ["stage, CPU s", "100", "300", "1000", "slope", "at the end"]
    assert list(growth_rows(found)) == [
        ["smoothing", "0.010", "0.090", "1.00", "2.00", "2.00"],
        ["LMNN", "0.500", "1.50", "", "1.00", "1.00"],
    ]


@pytest.mark.parametrize(
    ("suffix", "magic"), [(".png", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF")]
)
def test_the_plot_is_a_picture(tmp_path: Path, suffix: str, magic: bytes) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / f"cost{suffix}"
    check_plot(path)
    write_plot(path, growths(POINTS))
    assert path.read_bytes().startswith(magic)


def test_nothing_to_draw_and_no_format_to_draw_in(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="run scaling"):
        write_plot(tmp_path / "x.png", [])
    with pytest.raises(OptionError, match=r"\.png, \.svg or \.pdf"):
        check_plot(tmp_path / "x.txt")
