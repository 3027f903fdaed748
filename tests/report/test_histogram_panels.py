"""Histogram of the own-class probability."""

from collections.abc import Callable

import numpy as np
import pytest

from essentia_ldl.report.distributions import LabelDistributions
from essentia_ldl.report.histogram import HEIGHT, expected_by_chance, histogram_panels
from essentia_ldl.report.variants import Variant

MakeVariant = Callable[..., Variant]


def _table(own: list[float], **others: list[float]) -> LabelDistributions:
    n = len(own)
    columns = {"s_a": own, **others}
    return LabelDistributions(
        tuple(map(str, range(n))),
        ("x",) * n,
        ("x", "y"),
        {name: np.column_stack([d, 1 - np.array(d)]) for name, d in columns.items()},
    )


def test_tenths_fall_into_their_own_bins(make_variant: MakeVariant) -> None:
    table = _table([tenths / 10 for tenths in range(11)])
    (panel,) = histogram_panels([make_variant("s_a")], table)
    assert [bar.share for bar in panel.bars] == pytest.approx([1 / 11] * 11)
    assert [bar.centre for bar in panel.bars] == pytest.approx(
        [tenths / 10 for tenths in range(11)]
    )


def test_mean_and_outvoted_tracks(make_variant: MakeVariant) -> None:
    (panel,) = histogram_panels([make_variant("s_a")], _table([0.2, 0.5, 0.8]))
    assert panel.mean == pytest.approx(0.5)
    assert panel.n_outvoted == 1


def test_panels_share_one_scale(make_variant: MakeVariant) -> None:
    table = _table([0.1, 0.5], none=[1.0, 1.0])
    s_a, none = histogram_panels([make_variant("s_a"), make_variant("none")], table)
    assert none.bars[-1].height == pytest.approx(2 * s_a.bars[1].height)
    assert all(bar.y + bar.height == pytest.approx(HEIGHT) for bar in s_a.bars)


def test_expected_by_chance_is_the_sum_of_squared_shares() -> None:
    assert expected_by_chance(["x", "x", "x", "y"]) == pytest.approx(0.75**2 + 0.25**2)
