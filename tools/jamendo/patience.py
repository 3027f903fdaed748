"""When to ask a server again, and when to stop asking.

Retry-After holds seconds or a date (RFC 9110, section 10.2.3).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from essentia_ldl.errors import DownloadError

GO_ON = "run the command again later: it goes on where it stopped"

# Shorter waits are not worth a line.
_TOLD = 5.0


@dataclass(frozen=True)
class Manners:
    """How a server is treated.

    Parameters
    ----------
    pause : float
        Seconds between two requests.
    attempts : int
        After so many failures in a row, without a byte in between, it is left alone.
    timeout : float
        Seconds without an answer, or without a byte, that count as a failure.
    longest_wait : float
        Seconds that the server can ask to wait for at most.
    warn : callable
        Is told of waits longer than a few seconds.
    sleep : callable
        Lets so many seconds pass.
    """

    pause: float = 0.1
    attempts: int = 7
    timeout: float = 60.0
    longest_wait: float = 3600.0
    warn: Callable[[str], None] = lambda message: None
    sleep: Callable[[float], None] = time.sleep


class Patience:
    """Waits longer after each failure in a row, and ends in an error.

    Parameters
    ----------
    url : str
        What is asked for.
    manners : Manners
    """

    def __init__(self, url: str, manners: Manners) -> None:
        self._url = url
        self._manners = manners
        self._failures = 0

    def relax(self) -> None:
        """Something came: what failed before does not count."""
        self._failures = 0

    def wait(self, reason: str, asked: float = 0.0) -> None:
        """Let time pass before the next attempt.

        Parameters
        ----------
        reason : str
            What failed.
        asked : float, optional
            Seconds that the server asks to wait for.

        Raises
        ------
        DownloadError
            If it failed too often, or the wait would be too long.
        """
        self._failures += 1
        if self._failures >= self._manners.attempts:
            reason = f"gave up after {self._failures} attempts: {reason}"
            raise DownloadError(reason, subject=self._url, remedy=GO_ON)
        if asked > self._manners.longest_wait:
            reason = f"{reason} and asks to wait for {asked / 60:.0f} minutes"
            raise DownloadError(reason, subject=self._url, remedy=GO_ON)
        seconds = max(asked, 2.0 ** (self._failures - 1))
        if seconds > _TOLD:
            self._manners.warn(f"{self._url}: {reason}; next attempt in {seconds:.0f} s")
        self._manners.sleep(seconds)


def retry_after(value: str) -> float:
    """Return the seconds that a Retry-After header asks for, 0 where it asks for none.

    Examples
    --------
    >>> retry_after("31"), retry_after("Fri, 01 Jan 2010 00:00:00 GMT"), retry_after("soon")
    (31.0, 0.0, 0.0)
    """
    if value.strip().isdecimal():
        return float(value)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if when.tzinfo is None:
        when = when.replace(tzinfo=timezone.utc)
    return max(0.0, (when - datetime.now(timezone.utc)).total_seconds())
