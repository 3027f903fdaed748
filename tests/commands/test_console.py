import pytest

from essentia_ldl.commands.console import Bars, Lines, show_error
from essentia_ldl.errors import CollectionError
from essentia_ldl.progress import Progress


@pytest.mark.parametrize("progress", [Bars(), Lines()])
def test_stages_and_warnings_go_to_standard_error(
    progress: Progress, capsys: pytest.CaptureFixture[str]
) -> None:
    with progress.stage("Counting [to] two", 2) as advance:
        advance(1)
        progress.warn("one [odd] file")
        advance(1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Counting [to] two" in captured.err
    assert "2/2" in captured.err
    assert "warning: one [odd] file" in captured.err


def test_error_is_one_line_with_markup_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(CollectionError("has no audio", subject="/music/[rock]", remedy="add some"))
    assert capsys.readouterr().err == "error: /music/[rock]: has no audio (add some)\n"
