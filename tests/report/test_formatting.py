"""Numbers as the page prints them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from essentia_ldl.report.formatting import duration, p_value, percent, signed


@given(st.floats(-1, 1))
def test_a_difference_is_read_back_to_three_decimals(value: float) -> None:
    assert float(signed(value).replace("−", "-")) == pytest.approx(value, abs=0.00051)


@given(st.floats(0, 1, exclude_min=True))
@example(0.005)
def test_nothing_above_zero_is_printed_as_zero(value: float) -> None:
    assert percent(value) != "0"
    assert p_value(value) != "0.000"


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(0, "0.0 s"), (59.94, "59.9 s"), (59.99, "1 min 00 s"), (3599.9, "1 h 00 min")],
)
def test_durations_carry_over(seconds: float, printed: str) -> None:
    assert duration(seconds) == printed
