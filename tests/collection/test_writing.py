"""What is written is read back as it was."""

import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from essentia_ldl.collection import Collection, Skipped, Track
from essentia_ldl.collection.spelling import clean
from essentia_ldl.collection.table import MISSING
from essentia_ldl.errors import CollectionError, OutputError

NAMES = st.one_of(
    st.sampled_from(
        ['"quoted", 1', "=cmd|' /C calc'!A0", "@x", "-", "+1", "'=x", "a\r\nb", "\n;\t", "夜の歌"]
    ),
    st.sampled_from(["Zoë", "e\u0301", "\uff1d1", "~", "NaN", " a ", "\u2028", "a;b;c;d", "\\a"]),
    st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=20),
)
FILES = NAMES.filter(lambda name: name not in {".", ".."} and "/" not in name)
LABELS = NAMES.map(clean).filter(lambda name: name and name not in MISSING)
COUNTS = st.one_of(st.integers(0, 9), st.floats(0, 1e6))


@st.composite
def collections(draw: st.DrawFn) -> tuple[list[str], Collection]:
    """A collection of files in the folder "f", and their names."""
    # Some file systems write one name for what is spelled in two ways.
    names = draw(
        st.lists(FILES, min_size=1, max_size=5, unique_by=lambda n: unicodedata.normalize("NFC", n))
    )
    labels = draw(st.lists(LABELS, min_size=1, max_size=3, unique=True))
    tracks = []
    for name in names:
        votes = tuple((label, draw(COUNTS)) for label in labels)
        tracks.append(
            Track(
                Path("/f", name),
                draw(st.sampled_from(labels)),
                draw(st.none() | LABELS),
                votes if any(number for _, number in votes) and draw(st.booleans()) else None,
            )
        )
    return names, Collection("table", tuple(tracks))


@settings(max_examples=60)
@given(collections(), st.booleans())
@example((["~"], Collection("table", (Track(Path("/f/~"), "-", "="),))), True)
def test_a_table_gives_the_collection_again(
    drawn: tuple[list[str], Collection], beside: bool
) -> None:
    names, collection = drawn
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / "f"
        folder.mkdir()
        for name in names:
            (folder / name).touch()
        tracks = [
            Track(folder / track.path.name, track.label, track.group, track.votes)
            for track in collection.tracks
        ]
        here = Collection("table", tuple(sorted(tracks, key=lambda track: str(track.path))))
        table = (folder if beside else folder.parent / "elsewhere") / "table.csv"
        here.to_csv(table)
        assert Collection.from_path(table) == here
        written = table.read_bytes()
        Collection.from_path(table).to_csv(table)
        assert table.read_bytes() == written


def test_paths_are_relative_where_the_audio_is_below_the_table(tmp_path: Path) -> None:
    tracks = (Track(tmp_path / "in" / "a.wav", "=x", "Ann"), Track(Path("/out/b.wav"), "y"))
    Collection("x", tracks, (Skipped("c.wav", "is silent (remove it)"),)).to_csv(tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == (
        '"path","label","group"\n"in/a.wav","\'=x","Ann"\n"/out/b.wav","y",""\n'
    )


@pytest.mark.parametrize(
    ("track", "message"),
    [
        (Track(Path("/a.wav"), "NA"), "/a.wav: has a label or group 'NA', .* missing value"),
        (Track(Path("/a.wav"), "x", " null"), "' null', .* missing value"),
        (Track(Path("/a.wav"), "x "), "'x ', which a table cannot hold"),
        (Track(Path("/a.wav"), "\ud800"), r"'\\ud800', which a table cannot hold"),
        (Track(Path("/a\ud800.wav"), "x"), "path that is not valid UTF-8"),
        (Track(Path("/a.wav"), "x", votes=((" x", 1),)), "music: has a class ' x', which a table"),
    ],
)
def test_what_a_table_cannot_hold_is_refused(tmp_path: Path, track: Track, message: str) -> None:
    with pytest.raises(CollectionError, match=message):
        Collection("music", (track,)).to_csv(tmp_path / "t.csv")
    assert not list(tmp_path.iterdir())


def test_a_table_is_a_csv(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"is no \.csv file"):
        Collection("music", (Track(Path("/a.wav"), "x"),)).to_csv(tmp_path / "t.tsv")
