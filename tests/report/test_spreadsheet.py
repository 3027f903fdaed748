import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.report.spreadsheet import csv_table

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(rows=st.lists(st.tuples(_TEXT, st.floats(allow_nan=False)), max_size=5))
def test_what_is_written_is_read(rows: list[tuple[str, float]]) -> None:
    text = csv_table(("name", "value"), rows)
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [float(value) for _, value in read] == [value for _, value in rows]
    for (name, _), (given_name, _) in zip(read, rows, strict=True):
        assert name in (given_name, f"'{given_name}")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_no_text_is_a_formula(start: str) -> None:
    text = csv_table(("name",), [[f"{start}1+1"]])
    ((name,),) = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert name.startswith("'")


def test_undecodable_names_are_visible() -> None:
    assert "caf\\udce9" in csv_table(("name",), [["caf\udce9.mp3"]])
