"""Confusion matrices normalised by row."""

from collections.abc import Callable

from essentia_ldl.report.confusion import confusion_matrix
from essentia_ldl.report.variants import Variant


def test_shares_are_those_of_the_given_class(make_variant: Callable[..., Variant]) -> None:
    variant = make_variant(confusion=[[9, 1], [0, 0]])
    (first, cells), (second, empty) = confusion_matrix(variant, ["x", "y"]).rows
    assert (first, second) == ("x", "y")
    assert [(cell.count, cell.share) for cell in cells] == [(9, 0.9), (1, 0.1)]
    assert [cell.correct for cell in cells] == [True, False]
    assert [cell.strong for cell in cells] == [True, False]
    assert [(cell.count, cell.share) for cell in empty] == [(0, 0.0), (0, 0.0)]
