"""The variants of a report as typed rows."""

from typing import Any

import pytest

from essentia_ldl.report.variants import read_variants


def _entry(fold_mean: float | None, **other: Any) -> dict[str, Any]:
    scores = {"pooled": 0.5, "fold_mean": fold_mean, "fold_sd": 0.1, "per_fold": [0.4, None, 0.6]}
    return {"loss": "x", "balanced_accuracy": scores, "confusion": [[1, 2], [3, 4]], **other}


def test_differences_are_taken_to_the_baseline() -> None:
    none, s_a = read_variants({"variants": {"none": _entry(0.8), "s_a": _entry(0.5)}})
    assert none.difference is None
    assert s_a.difference == pytest.approx(-0.3)
    assert (none.colour, s_a.colour) == (0, 1)


@pytest.mark.parametrize("others", [{}, {"none": _entry(None)}])
def test_no_difference_without_a_baseline(others: dict[str, Any]) -> None:
    *_, s_a = read_variants({"variants": {**others, "s_a": _entry(0.5)}})
    assert s_a.difference is None


def test_folds_without_a_figure_are_left_out_and_absent_entries_are_none() -> None:
    (variant,) = read_variants({"variants": {"s_a": _entry(0.5)}})
    assert variant.per_fold == (0.4, 0.6)
    assert variant.p_corrected is variant.p_independent is variant.seconds is None
    assert variant.enhancement == {}


def test_the_description_is_told_apart_from_the_settings() -> None:
    settings = {"description": "smooth", "n_neighbors": 10}
    (variant,) = read_variants({"variants": {"s_a": _entry(0.5, label_enhancement=settings)}})
    assert variant.description == "smooth"
    assert variant.enhancement == {"n_neighbors": 10}
