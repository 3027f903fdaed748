"""What the tools that draw share."""

from __future__ import annotations

from essentia_ldl.errors import OptionError


def check_matplotlib() -> None:
    """Find out before long runs whether pictures can be drawn after them.

    Raises
    ------
    OptionError
        If not.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise OptionError(
            f"matplotlib is not installed: {error}", remedy="pip install -e '.[benchmark]'"
        ) from error
