"""The client against a server that breaks off, refuses and asks to wait."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from essentia_ldl.errors import DownloadError
from tests.tools.jamendo_mirror import Mirror, sound
from tools.jamendo.client import Client, CutShortError, RangesIgnoredError, RefusedError
from tools.jamendo.patience import Manners

CONTENT = sound("content", 500_000)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    with Mirror({"/a": CONTENT}) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    """Every wait of the client, which passes at once."""
    return []


@pytest.fixture
def client(waits: list[float]) -> Client:
    return Client(Manners(pause=0.0, attempts=4, longest_wait=100.0, sleep=waits.append))


def long_waits(waits: list[float]) -> list[float]:
    return [wait for wait in waits if wait >= 1]


def test_a_range_is_the_bytes_from_start_to_before_end(mirror: Mirror, client: Client) -> None:
    url = f"{mirror.address}/a"
    assert b"".join(client.read(url, 1000, 400_000)) == CONTENT[1000:400_000]
    assert list(client.read(url, 7, 7)) == []
    assert client.size(url) == 500_000
    assert client.get(url) == CONTENT
    assert b"".join(client.read_all(url)) == CONTENT


def test_a_break_costs_one_request_and_little_waiting(
    mirror: Mirror, client: Client, waits: list[float]
) -> None:
    mirror.cut = lambda number, length: min(length, 150_000)
    assert b"".join(client.read(f"{mirror.address}/a", 0, 500_000)) == CONTENT
    starts = [int(text[6:].split("-")[0]) for _, _, text in mirror.log]
    assert starts == sorted(set(starts)), "every request goes on further"
    assert mirror.sent < 700_000
    assert set(long_waits(waits)) == {1.0}, "what came in between makes up for a break"


def test_a_file_fetched_in_one_go_says_that_it_broke_off(mirror: Mirror, client: Client) -> None:
    mirror.cut = lambda number, length: length // 2
    with pytest.raises(CutShortError, match="broke off"):
        list(client.read_all(f"{mirror.address}/a"))
    with pytest.raises(DownloadError, match="gave up after 4 attempts"):
        client.get(f"{mirror.address}/a")


def test_waits_grow_and_end(mirror: Mirror, client: Client, waits: list[float]) -> None:
    mirror.answers = [(500, {})] * 9
    with pytest.raises(
        DownloadError, match="4 attempts: the server answers 500 Internal"
    ) as caught:
        list(client.read(f"{mirror.address}/a", 0, 10))
    assert long_waits(waits) == [1.0, 2.0, 4.0]
    assert caught.value.subject == f"{mirror.address}/a"
    assert "goes on where it stopped" in caught.value.remedy


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [("31", 31, 31), ("date", 80, 90), ("soon", 1, 1), ("-5", 1, 1), ("", 1, 1)],
)
def test_retry_after_is_obeyed(
    mirror: Mirror, client: Client, waits: list[float], value: str, low: float, high: float
) -> None:
    if value == "date":
        value = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=90), usegmt=True)
    mirror.answers = [(429, {"Retry-After": value})]
    assert client.get(f"{mirror.address}/a") == CONTENT
    (wait,) = long_waits(waits)
    assert low <= wait <= high


def test_a_wait_for_too_long_is_an_error(mirror: Mirror, client: Client) -> None:
    mirror.answers = [(503, {"Retry-After": "7200"})]
    with pytest.raises(DownloadError, match="asks to wait for 120 minutes"):
        client.get(f"{mirror.address}/a")


def test_long_waits_are_told(mirror: Mirror) -> None:
    told: list[str] = []
    mirror.answers = [(429, {"Retry-After": "2"}), (429, {"Retry-After": "60"})]
    client = Client(Manners(pause=0, warn=told.append, sleep=lambda seconds: None))
    client.get(f"{mirror.address}/a")
    (message,) = told
    assert message.endswith("/a: the server answers 429 Too Many Requests; next attempt in 60 s")


@pytest.mark.parametrize(("status", "phrase"), [(404, "Not Found"), (403, "Forbidden")])
def test_a_refusal_is_final(mirror: Mirror, client: Client, status: int, phrase: str) -> None:
    mirror.answers = [(status, {})]
    with pytest.raises(RefusedError, match=f"the server answers {status} {phrase}"):
        list(client.read(f"{mirror.address}/a", 0, 10))
    assert len(mirror.log) == 1


def test_ranges_that_are_ignored_are_told_from_those_that_are_not(
    mirror: Mirror, client: Client
) -> None:
    mirror.ranges = False
    with pytest.raises(RangesIgnoredError, match="whole file only"):
        list(client.read(f"{mirror.address}/a", 0, 10))


def test_a_size_is_unknown_without_the_method_for_it(mirror: Mirror, client: Client) -> None:
    mirror.head = False
    assert client.size(f"{mirror.address}/a") is None
    mirror.head = True
    with pytest.raises(RefusedError):
        client.size(f"{mirror.address}/b")


def test_requests_are_paused_between(mirror: Mirror) -> None:
    waits: list[float] = []
    client = Client(Manners(pause=5.0, sleep=waits.append))
    for _ in range(3):
        client.size(f"{mirror.address}/a")
    first, *others = waits
    assert first == 0.0
    assert all(4.0 < wait <= 5.0 for wait in others)


def test_one_connection_serves_all(mirror: Mirror, client: Client) -> None:
    url = f"{mirror.address}/a"
    for start in range(0, 50_000, 10_000):
        list(client.read(url, start, start + 1000))
    assert len(mirror.clients) == 1
