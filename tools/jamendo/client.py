"""HTTP as a guest: one connection, pauses, and waiting when the server asks for it.

What is asked of the server, and what its answers mean, follows RFC 9110: a range that is ignored
comes back as status 200, and Retry-After holds seconds or a date.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import requests

from essentia_ldl.errors import DownloadError
from essentia_ldl.versions import package_version

# What of a chunk had come when a connection broke is lost.
_CHUNK = 1 << 15
_TOLD = 5.0
# Answers that another attempt may change: timeouts, too many requests, an overloaded server.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
# What servers without the method HEAD answer to it.
_NO_HEAD = frozenset({405, 501})
_GO_ON = "run the command again later: it goes on where it stopped"


class RefusedError(DownloadError):
    """The server does not have it, or does not give it: asking again is of no use.

    Parameters
    ----------
    reason, subject, remedy : str
    status : int, optional
        The server's answer.
    """

    def __init__(self, reason: str, *, subject: str, remedy: str = "", status: int = 0) -> None:
        super().__init__(reason, subject=subject, remedy=remedy)
        self.status = status


class RangesIgnoredError(DownloadError):
    """The server sends files from their beginning only."""


class CutShortError(DownloadError):
    """The connection broke off, in a download that cannot go on where it stopped."""


@dataclass(frozen=True)
class Manners:
    """How a server is treated.

    Parameters
    ----------
    pause : float
        Seconds between two requests.
    attempts : int
        After so many failures in a row without a byte in between, the client gives up.
    timeout : float
        Seconds without an answer, or without a byte, that count as a failure.
    patience : float
        Longest time in seconds that the server can ask to wait.
    """

    pause: float = 0.1
    attempts: int = 7
    timeout: float = 60.0
    patience: float = 3600.0


class Client:
    """One connection to one server at a time.

    Parameters
    ----------
    manners : Manners, optional
    warn : callable, optional
        Is told of waits longer than a few seconds.
    sleep : callable, optional
        Lets so many seconds pass.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        warn: Callable[[str], None] = lambda message: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._manners = manners or Manners()
        self._warn = warn
        self._sleep = sleep
        self._free_at = 0.0
        self._session = requests.Session()
        self._session.headers["User-Agent"] = (
            f"essentia_ldl/{package_version('essentia_ldl')} tools/jamendo_audio.py "
            f"(Python {platform.python_version()}; one connection, resumes)"
        )
        # Bytes are counted and hashed as they are stored.
        self._session.headers["Accept-Encoding"] = "identity"

    def size(self, url: str) -> int | None:
        """Return the size of a file in bytes; None where the server does not tell.

        Raises
        ------
        DownloadError
            If the server refuses, or does not answer.
        """
        try:
            with self._open("HEAD", url, {}, _Patience(url, self)) as response:
                length = response.headers.get("Content-Length", "")
        except RefusedError as error:
            if error.status in _NO_HEAD:
                return None
            raise
        return int(length) if length.isdecimal() else None

    def get(self, url: str) -> bytes:
        """Return a small file; where the connection breaks off, it is fetched anew.

        Raises
        ------
        DownloadError
            If the server refuses, or the connection breaks off too often.
        """
        patience = _Patience(url, self)
        while True:
            with self._open("GET", url, {}, patience) as response:
                try:
                    return response.content
                except requests.RequestException as error:
                    patience.wait(_brief(error))

    def read(self, url: str, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` to before `end`; where the connection breaks off, go on.

        Raises
        ------
        RangesIgnoredError
            If the server can only send the file from its beginning.
        DownloadError
            If the server refuses, or the connection breaks off too often.
        """
        patience = _Patience(url, self)
        while start < end:
            headers = {"Range": f"bytes={start}-{end - 1}"}
            with self._open("GET", url, headers, patience) as response:
                _check_range(response, start, url)
                try:
                    for chunk in response.iter_content(_CHUNK):
                        patience.relax()
                        start += len(chunk)
                        yield chunk[: len(chunk) - max(0, start - end)]
                    reason = "the server sent less than it promised"
                except requests.RequestException as error:
                    reason = _brief(error)
            if start < end:
                patience.wait(reason)

    def read_all(self, url: str) -> Generator[bytes, None, None]:
        """Yield a file from its beginning, in one go.

        Raises
        ------
        CutShortError
            If the connection breaks off.
        DownloadError
            If the server refuses, or does not answer.
        """
        with self._open("GET", url, {}, _Patience(url, self)) as response:
            try:
                yield from response.iter_content(_CHUNK)
            except requests.RequestException as error:
                raise CutShortError(_brief(error), subject=url, remedy=_GO_ON) from error

    def _open(
        self, method: str, url: str, headers: dict[str, str], patience: _Patience
    ) -> requests.Response:
        """Ask until there is an answer that another attempt would not change."""
        while True:
            self._sleep(max(0.0, self._free_at - time.monotonic()))
            try:
                response = self._session.request(
                    method, url, headers=headers, stream=True, timeout=self._manners.timeout
                )
            except requests.RequestException as error:
                # A ValueError: the address itself is at fault.
                if isinstance(error, ValueError):
                    raise RefusedError(
                        f"is no address to download from: {error}", subject=url
                    ) from error
                patience.wait(_brief(error))
                continue
            finally:
                self._free_at = time.monotonic() + self._manners.pause
            if response.ok:
                return response
            response.close()
            answer = f"the server answers {response.status_code} {response.reason}"
            if response.status_code not in _PASSING:
                raise RefusedError(
                    answer,
                    subject=url,
                    remedy="check --mirror, --lists and --type",
                    status=response.status_code,
                )
            patience.wait(answer, _retry_after(response.headers.get("Retry-After", "")))


class _Patience:
    """Waits longer after each failure in a row, and gives up in the end."""

    def __init__(self, url: str, client: Client) -> None:
        self._url = url
        self._client = client
        self._failures = 0

    def relax(self) -> None:
        """Something came: what failed before does not count."""
        self._failures = 0

    def wait(self, reason: str, asked: float = 0.0) -> None:
        """Let time pass before the next attempt, as much as the server asked for at least."""
        manners = self._client._manners
        self._failures += 1
        if self._failures >= manners.attempts:
            reason = f"gave up after {self._failures} attempts: {reason}"
            raise DownloadError(reason, subject=self._url, remedy=_GO_ON)
        if asked > manners.patience:
            reason = f"{reason} and asks to wait for {asked / 60:.0f} minutes"
            raise DownloadError(reason, subject=self._url, remedy=_GO_ON)
        seconds = max(asked, 2.0 ** (self._failures - 1))
        if seconds > _TOLD:
            self._client._warn(f"{self._url}: {reason}; next attempt in {seconds:.0f} s")
        self._client._sleep(seconds)


def _check_range(response: requests.Response, start: int, url: str) -> None:
    if response.status_code == requests.codes.ok:
        raise RangesIgnoredError("the server sends the whole file only", subject=url)
    sent = response.headers.get("Content-Range", "")
    if response.status_code != requests.codes.partial_content or not sent.startswith(
        f"bytes {start}-"
    ):
        raise RangesIgnoredError(
            f"the server answers {response.status_code} with {sent or 'no range'} where bytes from "
            f"{start} were asked for",
            subject=url,
        )


def _retry_after(value: str) -> float:
    """Seconds that a Retry-After header asks for, 0 where it asks for none."""
    if value.strip().isdecimal():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max(0.0, (when - datetime.now(timezone.utc)).total_seconds())


def _brief(error: requests.RequestException) -> str:
    """Say what went wrong in a few words; requests' own text is a chain of four exceptions."""
    if isinstance(error, requests.Timeout):
        return "the server does not answer"
    if isinstance(error, requests.exceptions.SSLError):
        return f"no secure connection: {error}"
    if isinstance(error, requests.ConnectionError) and "Read timed out" in str(error):
        return "the server stopped sending"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return "the connection broke off"
