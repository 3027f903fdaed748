"""Geometry of the accuracy figure."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.report.accuracy import accuracy_figure
from essentia_ldl.report.variants import Variant

MakeVariant = Callable[..., Variant]

_SCORES = st.lists(st.floats(0, 1), min_size=2, max_size=30)


@given(st.lists(_SCORES, min_size=1, max_size=4), st.floats(0.05, 0.5))
def test_every_fold_is_a_dot_inside_its_own_lane(
    make_variant: MakeVariant, folds: list[list[float]], chance: float
) -> None:
    figure = accuracy_figure([make_variant(per_fold=scores) for scores in folds], chance)
    for row, scores in zip(figure.rows, folds, strict=True):
        assert sorted(dot.value for dot in row.dots) == sorted(scores)
        assert all(0 <= dot.x <= 100 for dot in row.dots)
        assert all(row.top <= dot.y <= row.top + row.height for dot in row.dots)
    assert 0 <= figure.chance <= 100
    lanes = [(row.top, row.top + row.height) for row in figure.rows]
    assert all(end < start for (_, end), (start, _) in pairwise(lanes))
    assert lanes[-1][1] < figure.axis < figure.height


def test_positions_follow_the_ticks(make_variant: MakeVariant) -> None:
    figure = accuracy_figure([make_variant(per_fold=[0.5, 0.9], mean=0.7, sd=0.1)], chance=0.5)
    ticks = {text: x for x, text in figure.ticks}
    (row,) = figure.rows
    assert [dot.x for dot in row.dots] == [ticks["0.5"], ticks["0.9"]]
    assert row.mean == ticks["0.7"]
    assert row.spread == (ticks["0.6"], ticks["0.8"])
    assert figure.chance == ticks["0.5"]


def test_equal_folds_do_not_hide_each_other(make_variant: MakeVariant) -> None:
    (row,) = accuracy_figure([make_variant(per_fold=[0.8] * 5)], chance=0.1).rows
    assert len({dot.y for dot in row.dots}) == 5
