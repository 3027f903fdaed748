"""When a server is asked again."""

import pytest

from essentia_ldl.errors import DownloadError
from tools.jamendo.patience import Manners, Patience


def test_failures_in_a_row_end_and_others_do_not() -> None:
    waits: list[float] = []
    patience = Patience("http://mirror/x", Manners(attempts=3, sleep=waits.append))
    for _ in range(10):
        patience.wait("no connection")
        patience.relax()
    assert waits == [1.0] * 10
    patience.wait("no connection")
    patience.wait("no connection", asked=7.0)
    assert waits[10:] == [1.0, 7.0]
    with pytest.raises(DownloadError, match="gave up after 3 attempts: no connection") as caught:
        patience.wait("no connection")
    assert caught.value.subject == "http://mirror/x"


def test_only_long_waits_are_told() -> None:
    told: list[str] = []
    manners = Manners(attempts=5, warn=told.append, sleep=lambda seconds: None)
    patience = Patience("http://mirror/x", manners)
    for _ in range(4):
        patience.wait("no connection")
    assert told == ["http://mirror/x: no connection; next attempt in 8 s"]


def test_a_wait_beyond_all_patience_is_an_error() -> None:
    patience = Patience("http://mirror/x", Manners(longest_wait=60, sleep=lambda seconds: None))
    with pytest.raises(DownloadError, match="busy and asks to wait for 2 minutes"):
        patience.wait("busy", asked=120)
