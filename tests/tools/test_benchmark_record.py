import json
from pathlib import Path

import pytest

from essentia_ldl.errors import OptionError
from tools.benchmarks.clock import Run
from tools.benchmarks.record import Record
from tools.benchmarks.results import Comparison, Entry, Finding, Point, Timing

ENTRIES: list[Entry] = [
    Comparison(
        "heads",
        "46 heads",
        Timing("ours", [Run(1.0, 1.5), Run(3.0, 3.5), Run(2.0, 2.5)], 100, 10),
        Timing("theirs", [Run(2.0, 2.0)], scale=10.0, note="extrapolated"),
        differences={"weights": 1e-6},
        details={"trace": [1, 2]},
    ),
    Comparison("heads", "alone", Timing("ours", [Run(None, 2.0)]), clock="wall"),
    Finding("train", "accuracy", "none 0.9"),
    Point("scaling", "embeddings", 100, [Run(1.0, 1.0)]),
]


def test_the_ratio_is_that_of_the_medians() -> None:
    compared, alone = ENTRIES[0], ENTRIES[1]
    assert isinstance(compared, Comparison)
    assert isinstance(alone, Comparison)
    assert compared.ratio == 10.0
    assert alone.ratio is None
    assert alone.ours.seconds("cpu") is None


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    record = Record(entries=list(ENTRIES), skipped={"mfcc": "no audio"}, audio="60 clips")
    record.save(tmp_path / "out.json")
    Record.load(tmp_path / "out.json").save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "out.json").read_bytes()
    content = json.loads((tmp_path / "out.json").read_text())
    assert [run["cpu"] for run in content["entries"][0]["ours"]["runs"]] == [1.0, 3.0, 2.0]
    assert content["entries"][0]["ratio"] == 10.0
    assert "numpy" in content["machine"]["versions"]


def test_a_part_of_a_record() -> None:
    record = Record(entries=list(ENTRIES), skipped={"mfcc": "no audio"})
    assert record.only(["train"]).entries == [ENTRIES[2]]
    assert record.only(["train"]).skipped == {}
    assert record.only(["mfcc"]).skipped == {"mfcc": "no audio"}


def test_a_later_record_replaces_the_cases_that_it_has() -> None:
    old = Record(entries=list(ENTRIES), skipped={"mfcc": "no audio"}, audio="60 clips")
    measured = [Finding("train", "accuracy", "none 0.8"), Finding("mfcc", "speed", "high")]
    new = Record(entries=list(measured), machine={**old.machine, "load": 99.0})
    both = old.updated(new)
    assert both.entries == [*(each for each in ENTRIES if each.case != "train"), *measured]
    assert both.skipped == {}
    assert both.audio == "60 clips"
    assert both.machine["load"] == 99.0


def test_records_of_two_machines_do_not_mix() -> None:
    old = Record()
    other = Record(machine={**old.machine, "cpu": "Z80"})
    with pytest.raises(OptionError, match="different machines"):
        old.updated(other)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"entries": [{"kind": "song"}]}', '{"a": 1}'])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(OptionError, match=r"x\.json.*--json"):
        Record.load(tmp_path / "x.json")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="No such file"):
        Record.load(tmp_path / "x.json")
