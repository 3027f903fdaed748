"""HTTP as a guest: one connection, pauses, and waiting when the server asks for it.

A server that ignores ranges answers with status 200 and the whole file (RFC 9110, section 14.2).
"""

from __future__ import annotations

import platform
import time
from collections.abc import Generator, Iterator

import requests

from essentia_ldl.errors import DownloadError
from essentia_ldl.versions import package_version
from tools.jamendo.patience import GO_ON, Manners, Patience, retry_after

# What of a chunk had come when a connection broke is lost.
_CHUNK = 1 << 15
# Answers that another attempt may change: timeouts, too many requests, an overloaded server.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
# What servers without the method HEAD answer to it.
_NO_HEAD = frozenset({405, 501})


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


class Client:
    """One connection to one server at a time.

    Parameters
    ----------
    manners : Manners, optional
    """

    def __init__(self, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()
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
            with self._open("HEAD", url, {}, Patience(url, self._manners)) as response:
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
        patience = Patience(url, self._manners)
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
        patience = Patience(url, self._manners)
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
        with self._open("GET", url, {}, Patience(url, self._manners)) as response:
            try:
                yield from response.iter_content(_CHUNK)
            except requests.RequestException as error:
                raise CutShortError(_brief(error), subject=url, remedy=GO_ON) from error

    def _open(
        self, method: str, url: str, headers: dict[str, str], patience: Patience
    ) -> requests.Response:
        """Ask until there is an answer that another attempt would not change."""
        while True:
            self._manners.sleep(max(0.0, self._free_at - time.monotonic()))
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
            patience.wait(answer, retry_after(response.headers.get("Retry-After", "")))


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
