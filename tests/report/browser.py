"""A real browser, which the tests skip without."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def dump_dom(page: Path, profile: Path) -> str:
    """Return a page as the browser has it once it was opened; `profile` is the browser's folder."""
    flags = ["--headless", "--disable-gpu", f"--user-data-dir={profile}", *_sandbox()]
    result = subprocess.run(
        [_installed(), *flags, "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return result.stdout


@contextmanager
def driven_browser() -> Iterator[Browser]:
    """Start a browser whose pages can be clicked, typed into and asked."""
    executable = _installed()
    with sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path=executable, args=_sandbox())
        yield browser
        browser.close()


def _installed() -> str:
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        pytest.skip(f"needs one of {', '.join(_BROWSERS)}")
    return browser


def _sandbox() -> list[str]:
    # Chromium refuses to run as root with its sandbox.
    return ["--no-sandbox"] if os.geteuid() == 0 else []
