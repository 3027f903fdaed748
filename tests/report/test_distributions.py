"""Label distributions and their table."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from essentia_ldl.report.distributions import LabelDistributions, to_csv


def _read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(arrays(np.float64, (3, 2), elements=st.floats(0, 1)))
def test_reading_the_table_gives_the_same_numbers(targets: NDArray[np.float64]) -> None:
    table = LabelDistributions(("a", "b", "c"), ("x", "y", "x"), ("x", "y"), {"s_a": targets})
    rows = _read(to_csv(table))
    assert np.array_equal(np.array([row[3:] for row in rows[1:]], dtype=np.float64), targets)


def test_rows_go_by_variant_then_track() -> None:
    onehot = np.eye(2)
    table = LabelDistributions(
        ("b.mp3", "a.mp3"), ("x", "y"), ("x", "y"), {"s_b": onehot[::-1], "none": onehot}
    )
    assert _read(to_csv(table)) == [
        ["path", "label", "variant", "x", "y"],
        ["b.mp3", "x", "s_b", "0.0", "1.0"],
        ["a.mp3", "y", "s_b", "1.0", "0.0"],
        ["b.mp3", "x", "none", "1.0", "0.0"],
        ["a.mp3", "y", "none", "0.0", "1.0"],
    ]


def test_commas_quotes_and_line_breaks_survive() -> None:
    classes = ('say "hi", you', "日本\nの音楽")
    path = 'a, "b".mp3'
    table = LabelDistributions((path,), classes[1:], classes, {"none": np.array([[0.0, 1.0]])})
    header, row = _read(to_csv(table))
    assert header[3:] == list(classes)
    assert row[:2] == [path, classes[1]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_spreadsheets_run_no_formula(text: str) -> None:
    table = LabelDistributions((text,), (text,), (text,), {"none": np.ones((1, 1))})
    header, row = _read(to_csv(table))
    assert header[3] == row[0] == row[1] == f"'{text}"
    assert row[3] == "1.0"


def test_own_class_probability() -> None:
    targets = np.array([[0.7, 0.3], [0.6, 0.4]])
    table = LabelDistributions(("a", "b"), ("x", "y"), ("x", "y"), {"s_a": targets})
    np.testing.assert_array_equal(table.own_class("s_a"), [0.7, 0.4])


@pytest.mark.parametrize(
    ("paths", "labels", "shape", "message"),
    [
        (("a",), ("x", "y"), (1, 2), "1 paths but 2 labels"),
        (("a",), ("z",), (1, 2), "none of the classes"),
        (("a",), ("x",), (2, 2), r"s_a: targets of shape \(2, 2\)"),
    ],
)
def test_parts_that_disagree_are_refused(
    paths: tuple[str, ...], labels: tuple[str, ...], shape: tuple[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        LabelDistributions(paths, labels, ("x", "y"), {"s_a": np.zeros(shape)})
