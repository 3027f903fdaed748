"""Known distributions, and what enhancers make of labels drawn from them."""

from pathlib import Path

import numpy as np
import pytest

from tests.tools.robustness_data import write_made_up
from tools.noisy_labels.recovery import Recovered, recover
from tools.noisy_labels.recovery_tables import draw_recovery, recovery_markdown
from tools.noisy_labels.truths import Known, simulated


@pytest.fixture
def known() -> Known:
    rng = np.random.default_rng(0)
    share = rng.uniform(size=80)
    truth = np.stack([share, 1 - share], axis=1)
    X = np.stack([share, 1 - share], axis=1) * 4 + rng.normal(scale=0.1, size=(80, 2))
    votes = np.eye(2)[(share < 0.5).astype(int)]
    return Known("made up", X, truth, votes, np.arange(80), share < 0.9)


def test_labels_and_votes_are_drawn_from_the_truth(tmp_path: Path) -> None:
    data = write_made_up(tmp_path / "made-up.npz")
    drawn = list(simulated(data, 2))
    assert [known.title for known in drawn] == [
        "120 tracks, one label",
        "120 tracks, 3-5 votes",
    ] * 2
    one, some, other, _ = drawn
    np.testing.assert_allclose(one.truth.sum(axis=1), 1)
    assert (one.votes.sum(axis=1) == 1).all()
    assert set(some.votes.sum(axis=1)) == {3, 4, 5}
    assert (one.votes != other.votes).any()
    again = next(simulated(data, 1))
    np.testing.assert_array_equal(one.votes, again.votes)


def test_enhancers_are_ranked_by_how_near_they_come(known: Known, tmp_path: Path) -> None:
    told: list[str] = []
    results = recover([known], None, told.append)
    found = {result.enhancer: result for result in results}
    assert len(told) == len(results)
    divergences = {name: result.divergence or np.nan for name, result in found.items()}
    labels = divergences.pop("none")
    # The labels are those of the greater share, none is wrong, and robust leaves them as they are.
    assert divergences.pop("robust") == labels
    assert all(divergence < labels for divergence in divergences.values())
    assert found["k-NN"].intersection is not None
    peer = Recovered("made up", "PyLDL KM", 9.0, 0.1, 1, 0.5)
    failed = Recovered("made up", "PyLDL LEVI", None, None, 1, 0.0, "takes more than 9 s")
    text = recovery_markdown([*results, peer, failed])
    assert "is ahead of PyLDL KM (9.000) in KL." in text
    assert "| PyLDL LEVI | failed: takes more than 9 s |" in text
    draw_recovery(tmp_path / "a.png", [*results, peer, failed])
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
