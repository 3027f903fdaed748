"""Downloads that are verified by hash and appear whole or not at all."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from essentia_ldl.errors import DownloadError, OptionError
from essentia_ldl.files import sha256_of, write_bytes
from essentia_ldl.progress import Advance, Progress, Silent
from essentia_ldl.zoo import cache_folder

#: The package whose wheel carries the published checkpoints (ISC licence).
PACKAGE = "musicnn==0.1.0"
WHEEL = "musicnn-0.1.0-py3-none-any.whl"
WHEEL_SHA256 = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"

# What pip says over many lines, in different words from version to version, in one.
_PIP_SAYS = {
    "DO NOT MATCH THE HASHES": "its bytes are not those of the published wheel",
    "incomplete-download": "the connection broke off",
    "No matching distribution": "the package index cannot be reached, or does not have it",
    "No module named pip": "this environment has no pip (python -m ensurepip adds it)",
}


def fetch_wheel(progress: Progress | None = None) -> Path:
    """Return the path of the musicnn wheel, fetched by pip where it is not in the cache folder.

    Its requirements cannot be installed beside today's numpy, so it is fetched without them and
    never installed.

    Parameters
    ----------
    progress : Progress, optional
        Gets one stage of one step where pip is run: pip tells no program how far it is.

    Raises
    ------
    DownloadError
        If pip cannot fetch it, or brings other bytes.
    """
    wheel = downloads_folder() / WHEEL
    if not (wheel.is_file() and sha256_of(wheel) == WHEEL_SHA256):
        stage = (progress or Silent()).stage(f"downloading {PACKAGE}", 1)
        with stage as advance, tempfile.TemporaryDirectory() as temporary:
            write_bytes(wheel, _pip_download(Path(temporary)).read_bytes())
            advance(1)
    return wheel


def fetch(url: str, sha256: str, file_name: str, progress: Progress | None = None) -> Path:
    """Return the path of a downloaded file, which stays in the cache folder.

    Parameters
    ----------
    url : str
        http or https address.
    sha256 : str
        The hash that the file must have, 64 hexadecimal digits.
    file_name : str
        What to call it in the cache folder.
    progress : Progress, optional
        Gets one stage, with a step per kilobyte, where there is something to download.

    Raises
    ------
    OptionError
        If `sha256` is no hash.
    DownloadError
        If the file cannot be had whole, or has other bytes.
    """
    if not re.fullmatch("[0-9a-fA-F]{64}", sha256):
        raise OptionError("is no SHA-256", subject=sha256, remedy="give its 64 hexadecimal digits")
    import pooch

    pooch.get_logger().setLevel(logging.WARNING)
    try:
        with ExitStack() as open_stage:
            bar = _Kilobytes(progress or Silent(), f"downloading {file_name}, kB", open_stage)
            path = pooch.retrieve(
                url,
                known_hash=sha256.lower(),
                fname=file_name,
                path=downloads_folder(),
                downloader=pooch.HTTPDownloader(progressbar=bar),
            )
        return Path(path)
    # requests' errors are OSErrors; a wrong hash or an address of unknown kind is a ValueError.
    except (OSError, ValueError) as error:
        raise DownloadError(
            f"the download failed: {str(error).split('. ', 1)[0]}",
            subject=url,
            remedy="check the address, the hash and the connection, and run the command again",
        ) from error


def downloads_folder() -> Path:
    """Return the folder that downloads are kept in."""
    return cache_folder() / "downloads"


class _Kilobytes:
    """The progress bar that pooch draws on, as one stage of a `Progress`.

    pooch sets `total` once it knows the file's size, adds up what came with `update`, and at the
    end starts anew with `reset` to add the total, so that the bar is full.
    """

    def __init__(self, progress: Progress, name: str, open_stage: ExitStack) -> None:
        self._progress = progress
        self._name = name
        self._open_stage = open_stage
        self._advance: Advance = lambda n: None
        self._total = self._seen = self._shown = 0

    @property
    def total(self) -> int:
        """Bytes of the whole file, 0 where the server does not tell."""
        return self._total

    @total.setter
    def total(self, n_bytes: int) -> None:
        self._total = n_bytes
        stage = self._progress.stage(self._name, n_bytes // 1000)
        self._advance = self._open_stage.enter_context(stage)

    def update(self, n_bytes: int) -> None:
        """Show that so many bytes more have come; the last of pooch's chunks are overstated."""
        self._seen = min(self._seen + n_bytes, self._total)
        new = self._seen // 1000 - self._shown
        if new > 0:
            self._shown += new
            self._advance(new)

    def reset(self) -> None:
        """Count from zero again; what was shown stays."""
        self._seen = 0

    def close(self) -> None:
        """End the stage."""
        self._open_stage.close()


def _pip_download(folder: Path) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash=sha256:{WHEEL_SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--require-hashes", "--requirement", str(requirements), "--dest", str(folder)]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheel = folder / WHEEL
    if result.returncode or not wheel.is_file():
        raise DownloadError(
            f"pip could not fetch it: {_reason(result.stderr)}",
            subject=PACKAGE,
            remedy="check the connection and run the command again, or put "
            f"{WHEEL} into {downloads_folder()}",
        )
    return wheel


def _reason(stderr: str) -> str:
    for said, reason in _PIP_SAYS.items():
        if said in stderr:
            return reason
    lines = stderr.strip().splitlines()
    return lines[-1].strip() if lines else "it gave no reason"
