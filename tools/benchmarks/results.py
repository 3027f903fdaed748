"""What was measured: comparisons and findings, as dataclasses and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any, Literal

from tools.benchmarks.clock import Run

Clock = Literal["cpu", "wall"]


@dataclass(frozen=True)
class Timing:
    """One side of a comparison.

    Attributes
    ----------
    side : str
        What did the work.
    runs : sequence of Run
        Every repeat.
    peak, above : int or None
        The most memory its process held, in bytes, and how much of that came after its imports.
    scale : float
        The whole is this many times what was run; not 1 where a side was too slow to finish.
    note : str
        What must be known to read the numbers, such as a time-box.
    """

    side: str
    runs: Sequence[Run]
    peak: int | None = None
    above: int | None = None
    scale: float = 1.0
    note: str = ""

    def seconds(self, clock: Clock) -> float | None:
        """Median over the runs; None where that clock was not read."""
        read = [run.cpu if clock == "cpu" else run.wall for run in self.runs]
        known = [value for value in read if value is not None]
        return self.scale * median(known) if known else None


@dataclass(frozen=True)
class Comparison:
    """Our route beside a peer's.

    Attributes
    ----------
    case : str
        The benchmark's case.
    name : str
        What both did.
    ours : Timing
    peer : Timing or None
        None where there is none to compare with.
    clock : {"cpu", "wall"}
        The clock that the ratio is taken of.
    differences : mapping of str to float
        How far the two answers are apart, by what is compared.
    notes : sequence of str
        What must be known beside the numbers.
    details : mapping
        Raw measurements for whoever looks closer; ready for JSON.

    Examples
    --------
    >>> ours, peer = Timing("ours", [Run(1.0, 1.1)]), Timing("theirs", [Run(3.0, 3.1)])
    >>> Comparison("demo", "the same work", ours, peer).ratio
    3.0
    """

    case: str
    name: str
    ours: Timing
    peer: Timing | None = None
    clock: Clock = "cpu"
    differences: Mapping[str, float] = field(default_factory=dict)
    notes: Sequence[str] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times as long the peer takes: a ratio of medians."""
        ours, peer = (side and side.seconds(self.clock) for side in (self.ours, self.peer))
        return peer / ours if ours and peer else None


@dataclass(frozen=True)
class Finding:
    """A single figure or remark of a case that is no comparison of two times."""

    case: str
    name: str
    text: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """What a stage costs at one size of the collection.

    Attributes
    ----------
    case : str
        The benchmark's case.
    stage : str
    n_tracks : int
    runs : sequence of Run
        Every repeat.
    """

    case: str
    stage: str
    n_tracks: int
    runs: Sequence[Run]

    @property
    def cpu(self) -> float:
        """Median CPU seconds."""
        return median(run.cpu for run in self.runs if run.cpu is not None)


Entry = Comparison | Finding | Point
_KINDS: Mapping[str, type[Entry]] = {
    "comparison": Comparison,
    "finding": Finding,
    "point": Point,
}


def to_dict(entry: Entry) -> dict[str, Any]:
    """Return an entry ready for JSON."""
    content = asdict(entry)
    if isinstance(entry, Comparison):
        content["ratio"] = entry.ratio
    return {"kind": type(entry).__name__.lower(), **content}


def from_dict(content: Mapping[str, Any]) -> Entry:
    """Return the entry that `to_dict` wrote.

    Raises
    ------
    KeyError, TypeError
        If it did not.
    """
    values = {name: value for name, value in content.items() if name not in ("kind", "ratio")}
    kind = _KINDS[content["kind"]]
    if kind is Comparison:
        values["ours"] = _timing(values["ours"])
        values["peer"] = values["peer"] and _timing(values["peer"])
    elif kind is Point:
        values["runs"] = [Run(**run) for run in values["runs"]]
    return kind(**values)


def _timing(content: Mapping[str, Any]) -> Timing:
    return Timing(**{**content, "runs": [Run(**run) for run in content["runs"]]})
