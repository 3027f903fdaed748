"""What every case is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from essentia_ldl.errors import EssentiaLDLError
from essentia_ldl.progress import Progress
from tools.benchmarks.audio import Audio, audio_beside_checkout, given_audio, made_up_audio
from tools.benchmarks.results import Entry


class Unavailable(EssentiaLDLError):  # noqa: N818 - nobody made an error
    """A part of the benchmark that cannot run on this machine; the rest goes on."""


@dataclass(frozen=True)
class Setting:
    """How to measure.

    Attributes
    ----------
    scratch : Path
        A folder that is removed in the end.
    progress : Progress
    folder : Path or None
        Music to measure on, in one folder per class.
    quick : bool
        Whether the benchmark is only tried out: few repeats, small sizes, short time-boxes.
    """

    scratch: Path
    progress: Progress
    folder: Path | None = None
    quick: bool = False

    def pick(self, full: int, quick: int) -> int:
        """Return a number of repeats, tracks or seconds: the full one, or the quick one."""
        return quick if self.quick else full

    @cached_property
    def audio(self) -> Audio:
        """The music given, else that beside the checkout, else chords, which are made up now."""
        if self.folder:
            return given_audio(self.folder)
        return audio_beside_checkout() or made_up_audio(
            self.scratch / "music", n_classes=self.pick(10, 2)
        )


Case = Callable[[Setting], Iterator[Entry]]
