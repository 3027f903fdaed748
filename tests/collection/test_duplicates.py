"""One recording counts once."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from essentia_ldl.collection import Track
from essentia_ldl.collection.duplicates import split_duplicates

TRACKS = st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["jazz", "rock"])), max_size=8)


@given(TRACKS)
def test_every_recording_is_kept_once_or_contradicts_itself(pairs: list[tuple[str, str]]) -> None:
    tracks = [Track(Path(f"{i}.wav"), label) for i, (_, label) in enumerate(pairs)]
    keys = [key for key, _ in pairs]
    kept, skipped = split_duplicates(tracks, keys)
    assert len(kept) + len(skipped) == len(tracks)
    assert not {str(track.path) for track in kept} & {skip.path for skip in skipped}
    kept_keys = [keys[tracks.index(track)] for track in kept]
    assert len(set(kept_keys)) == len(kept_keys)
    for key in set(keys):
        labels = {
            track.label for track, its_key in zip(tracks, keys, strict=True) if its_key == key
        }
        assert (key in kept_keys) == (len(labels) == 1)
    assert list(kept) == [track for track in tracks if track in kept], "order stays"


def test_an_entry_that_contradicts_itself_is_reported_once() -> None:
    tracks = [Track(Path("a.wav"), "jazz"), Track(Path("a.wav"), "rock")]
    kept, skipped = split_duplicates(tracks, ["a", "a"])
    assert kept == ()
    assert [skip.reason for skip in skipped] == [
        "is labelled jazz and rock (keep the label that is right and remove the rest)"
    ]
