"""The program, run in this process as a shell would run it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from essentia_ldl.commands import main


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str


Program = Callable[..., Ended]


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """Run ``essentia-ldl ARGUMENTS`` and return how it ended."""
    # Messages are not wrapped to the width of whatever terminal the tests run in.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["essentia-ldl", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else int(code is not None), *captured)

    return run
