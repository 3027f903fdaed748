from pathlib import Path

import pytest

from essentia_ldl.errors import OptionError
from tests.tools.test_benchmark_record import ENTRIES
from tools.benchmarks.block import BEGIN, END, check_markdown, write_markdown
from tools.benchmarks.clock import Run
from tools.benchmarks.record import Record
from tools.benchmarks.results import Point


@pytest.fixture
def record() -> Record:
    more = [Point("scaling", "embeddings", 1000, [Run(10.0, 10.0)])]
    return Record(entries=[*ENTRIES, *more], skipped={"mfcc": "no audio"}, audio="60 clips")


def test_the_text_around_the_block_stays(tmp_path: Path, record: Record) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# Performance\n\n{BEGIN}\nold\n{END}\n\nBy hand: \\1 and é.\n")
    write_markdown(page, record, None)
    first = page.read_text()
    write_markdown(page, record, None)
    assert page.read_text() == first
    assert first.startswith(f"# Performance\n\n{BEGIN}\n")
    assert first.endswith(f"{END}\n\nBy hand: \\1 and é.\n")
    assert "old" not in first


def test_the_block_holds_what_was_measured(tmp_path: Path, record: Record) -> None:
    page = tmp_path / "docs/performance.md"
    write_markdown(page, record, tmp_path / "docs/plots/cost.png")
    lines = page.read_text().splitlines()
    assert "| 46 heads | ours | 2.00 | 2.50 | 0 (0) |  |" in lines
    assert "|  | theirs | 20.0 | 20.0 |  | 10.0x |" in lines
    assert "- 46 heads, theirs: differences: weights 1.0e-06" in lines
    assert "- 46 heads, theirs: extrapolated" in lines
    assert "- mfcc was not measured to its end: no audio" in lines
    assert "| stage, CPU s | 100 | 1000 | slope | at the end |" in lines
    assert "| embeddings | 1.00 | 10.0 | 1.00 | 1.00 |" in lines
    assert any("(plots/cost.png)" in line for line in lines)
    assert any("numpy 2" in line for line in lines)


def test_a_page_without_markers_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("# Mine\n")
    with pytest.raises(OptionError, match="benchmark: begin"):
        check_markdown(page)
    check_markdown(tmp_path / "new.md")
