"""The variants of a report, each compared with none."""

from collections.abc import Callable
from typing import Any

import pytest

from essentia_ldl.report import LabelDistributions
from essentia_ldl.report.content import Report
from essentia_ldl.report.variants import read_variants


def test_each_variant_is_compared_with_none(
    make_run: Callable[..., tuple[dict[str, Any], LabelDistributions]],
) -> None:
    report, _ = make_run(variants=("s_b", "none"))
    s_b, none = read_variants(Report.model_validate(report))
    means = [v.found.balanced_accuracy.fold_mean for v in (s_b, none)]
    assert none.comparison is None
    assert s_b.comparison is not None
    assert s_b.comparison.difference == pytest.approx(means[0] - means[1])
    assert s_b.comparison.p_corrected == 0.021
    assert (s_b.name, s_b.colour, none.colour) == ("s_b", 0, 1)
