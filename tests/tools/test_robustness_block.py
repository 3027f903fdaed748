"""Results between the markers of a Markdown file."""

from pathlib import Path

import pytest

from essentia_ldl.errors import OptionError
from tools.noisy_labels.block import PARTS, check_block, markers, write_block


def test_only_what_is_between_the_part_s_markers_changes(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "labels.md"
    page.parent.mkdir()
    parts = [line for part in PARTS for line in ("before " + part, *markers(part))]
    page.write_text("\n".join([*parts, "after"]))
    for part in PARTS:
        check_block(page, part)
        write_block(page, part, f"found \\1 {part}", [("a plot", tmp_path / "docs/a.png")])
    write_block(page, "robustness", "found again", [])
    text = page.read_text()
    assert "found again" in text
    assert "found \\1 robustness" not in text
    assert "found \\1 recovery" in text
    assert "![a plot](a.png)" in text
    assert text.startswith("before robustness\n")
    assert text.endswith("after")


@pytest.mark.parametrize("content", [None, "no markers here"])
def test_a_page_without_a_place_is_refused(tmp_path: Path, content: str | None) -> None:
    page = tmp_path / "labels.md"
    if content is not None:
        page.write_text(content)
    with pytest.raises(OptionError, match=r"labels\.md"):
        check_block(page, "recovery")
