from collections import Counter

import numpy as np
import pytest

from tools.demo.plan import LADDER, plan_collection, plan_fresh


@pytest.mark.parametrize(("n_clips", "n_blends"), [(48, 10), (10, 2), (31, 6), (100, 20)])
def test_a_fifth_are_blends_and_classes_are_balanced(n_clips: int, n_blends: int) -> None:
    plans = plan_collection(n_clips, seed=0)
    assert len(plans) == n_clips
    assert sum(len(plan.styles) == 2 for plan in plans) == n_blends
    acoustic = sum(plan.proportions[0] > 0.5 for plan in plans)
    assert abs(2 * acoustic - n_clips) <= 1


def test_proportions_are_spread_evenly() -> None:
    shares = [plan.proportions[0] for plan in plan_collection(48, 0) if len(plan.styles) == 2]
    assert shares[0] == 0.1
    assert shares[-1] == 0.9
    np.testing.assert_allclose(np.diff(shares), 0.8 / 9, atol=0.002)


def test_every_style_is_heard() -> None:
    styles = Counter(plan.styles[0].name for plan in plan_collection(48, 0)[:38])
    assert len(styles) == 14
    assert max(styles.values()) - min(styles.values()) <= 1


def test_a_blend_is_an_acoustic_and_an_electronic_style_that_share_a_tempo() -> None:
    for seed in range(10):
        for plan in plan_collection(48, seed)[38:]:
            assert [style.label for style in plan.styles] == ["acoustic", "electronic"]
            for style in plan.styles:
                assert any(low <= plan.tempo <= high for low, high in style.tempos)


def test_no_piece_is_used_twice() -> None:
    plans = (*plan_collection(48, 0), *plan_fresh(6, 4, 0), *plan_collection(48, 1))
    assert len({plan.entropy for plan in plans}) == len(plans)
    assert len({plan.compose().theme for plan in plans}) == len(plans)


def test_fresh_pieces_come_in_every_proportion() -> None:
    plans = plan_fresh(6, 4, 0)
    assert [plan.proportions for plan in plans[6:]] == [LADDER] * 4
    assert [plan.proportions for plan in plans[:6]] == [(1.0,)] * 3 + [(0.0,)] * 3
