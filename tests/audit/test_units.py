from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.audit.units import recordings_of, units_of


def test_copies_of_a_copy_are_one_recording() -> None:
    assert recordings_of(6, [(0, 4), (4, 5), (1, 2)]).tolist() == [0, 1, 1, 2, 0, 0]
    assert recordings_of(3, []).tolist() == [0, 1, 2]


def test_without_groups_recordings_are_the_units() -> None:
    units, apart = units_of(np.array([0, 0, 1]), np.array([0, 1, 1]), None)
    assert units.tolist() == [0, 1, 1]
    assert not apart.size


def test_a_copy_joins_the_groups_of_both() -> None:
    codes = np.array([0, 0, 0, 1, 1, 1])
    units, apart = units_of(codes, np.array([0, 1, 2, 1, 3, 4]), ["a", "b", "c", "d", "d", "e"])
    # The second and the fourth track are one recording, of b and of d.
    assert units.tolist() == [0, 1, 2, 1, 1, 3]
    assert not apart.size


def test_one_artist_in_the_whole_collection_is_taken_apart() -> None:
    units, apart = units_of(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2]), ["a"] * 4)
    assert units.tolist() == [0, 1, 2, 2]
    assert apart.tolist() == [0]


_TRACKS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 4), st.sampled_from("abcd")), min_size=1, max_size=9
)


@given(_TRACKS)
def test_recordings_are_never_parted(tracks: list[tuple[int, int, str]]) -> None:
    codes, recordings, groups = (np.array(column) for column in zip(*tracks, strict=True))
    units, apart = units_of(codes, recordings, groups)
    dissolved = set(groups[np.isin(codes, apart)].tolist())
    for i, j in combinations(range(len(tracks)), 2):
        if recordings[i] == recordings[j]:
            assert units[i] == units[j]
        if groups[i] == groups[j] and groups[i] not in dissolved:
            assert units[i] == units[j]
