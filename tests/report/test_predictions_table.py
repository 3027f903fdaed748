"""The table of predictions."""

import csv
import io

import numpy as np
import pytest

from essentia_ldl.report.predictions import PredictionTable


def test_a_line_for_each_model_and_track(rng: np.random.Generator) -> None:
    rows = {name: rng.dirichlet(np.ones(2), size=2) for name in ("one", "two")}
    votes = (("jazz", "jazz", "jazz"), ("pop", "jazz"))
    table = PredictionTable(("a", "b"), ("jazz", ""), votes, ("jazz", "pop"), rows)
    lines = list(csv.DictReader(io.StringIO(table.to_csv())))
    assert [(line["model"], line["path"]) for line in lines] == [
        ("one", "a"), ("one", "b"), ("two", "a"), ("two", "b"),
    ]  # fmt: skip
    assert [line["truth"] for line in lines] == ["jazz", "", "jazz", ""]
    assert [line["votes"] for line in lines] == ["jazz,jazz,jazz", "pop,jazz"] * 2
    read = [[float(line["jazz"]), float(line["pop"])] for line in lines]
    np.testing.assert_array_equal(np.array(read), np.concatenate([*rows.values()]))
    for line in lines:
        assert float(line[line["predicted"]]) == max(float(line["jazz"]), float(line["pop"]))


def test_tables_of_differing_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 paths, 2 truths"):
        PredictionTable(("a",), ("x", "y"), (("x",),), ("x", "y"), {})
