import numpy as np

from essentia_ldl.audit.short import N_LISTED, short_audit
from tests.recorder import Recorder


def test_ten_of_each_the_worst_first(rng: np.random.Generator) -> None:
    X = np.repeat(2 * np.eye(2), 15, axis=0) + rng.normal(scale=0.7, size=(30, 2))
    labels = ["jazz"] * 14 + ["pop"] * 16
    paths = [f"{row}.wav" for row in range(30)]
    found = short_audit(paths, labels, ("jazz", "pop"), X, seed=3)
    assert set(found) == {"suspicious", "ambiguous"}
    for score, entries in (("suspicion", found["suspicious"]), ("ambiguity", found["ambiguous"])):
        assert len(entries) == N_LISTED
        values = [entry[score] for entry in entries]
        assert values == sorted(values, reverse=True)
        for entry in entries:
            assert set(entry) == {
                "path", "label", "suggested_label", "suspicion", "ambiguity", "distribution",
            }  # fmt: skip
            assert entry["label"] == labels[paths.index(entry["path"])]
            assert np.isclose(sum(entry["distribution"].values()), 1)
            assert np.isclose(entry["suspicion"], 1 - entry["distribution"][entry["label"]])
    assert "14.wav" in [entry["path"] for entry in found["suspicious"][:3]]


def test_a_small_collection_is_listed_whole_and_warned_of() -> None:
    watched = Recorder()
    found = short_audit(
        ["a", "b", "c"], ["x", "x", "y"], ("x", "y"), [[0.0], [0.1], [3.0]], progress=watched
    )
    assert len(found["suspicious"]) == 3
    assert any("y has one recording only" in warning for warning in watched.warnings)
    assert not any("neighbours" in warning for warning in watched.warnings)
