from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from essentia_ldl.collection import Collection
from essentia_ldl.errors import OptionError
from essentia_ldl.progress import Advance, Silent
from essentia_ldl.workers import run_in_worker
from tools.demo.collection import Rendered, render_collection, render_fresh
from tools.demo.loudness import energy, k_weighted
from tools.demo.plan import LADDER, plan_collection

soundfile = pytest.importorskip("soundfile", reason="needs soundfile, which writes the demo")
pytest.importorskip("tinysoundfont", reason="needs tinysoundfont, which renders the demo")
pytest.importorskip("pretty_midi", reason="needs pretty_midi, which carries the sound font")

SEED = 3


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    folder = tmp_path_factory.mktemp("demo")
    return render_collection(folder, n_clips=10, seed=SEED, progress=Silent())


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    folder = tmp_path_factory.mktemp("fresh")
    return render_fresh(folder, n_pure=2, n_pieces=1, seed=SEED, progress=Silent())


def test_the_table_is_a_collection(rendered: Rendered) -> None:
    collection = Collection.from_table(rendered.table)
    assert collection.classes == ("acoustic", "electronic")
    assert Counter(track.label for track in collection.tracks) == {"acoustic": 5, "electronic": 5}
    assert all(track.path.is_file() for track in collection.tracks)
    assert not collection.skipped


def test_the_label_is_the_greater_side(rendered: Rendered) -> None:
    for clip in rendered.clips:
        assert (clip.label == "acoustic") == (clip.proportion_acoustic > 0.5)
        assert (clip.kind == "pure") == (clip.proportion_acoustic in (0, 1))


def test_clips_are_sound_of_the_right_length_that_does_not_clip(rendered: Rendered) -> None:
    loudness = []
    for clip in rendered.clips:
        sound, rate = soundfile.read(rendered.table.parent / clip.path, dtype="float32")
        assert rate == 44100
        assert sound.shape[1] == 2
        assert 12 <= len(sound) / rate <= 20
        assert 0.1 < np.abs(sound).max() < 0.9
        loudness.append(10 * np.log10(energy(sound)))
    assert np.ptp(loudness) < 3


def test_the_same_seed_gives_the_same_bytes_in_another_process(
    rendered: Rendered, tmp_path: Path
) -> None:
    again = run_in_worker(
        partial(render_collection, tmp_path, n_clips=10, seed=SEED, progress=Silent())
    )
    assert again.clips == rendered.clips
    for name in ("collection.csv", *(clip.path for clip in rendered.clips)):
        assert (tmp_path / name).read_bytes() == (rendered.table.parent / name).read_bytes()


def test_a_second_run_renders_only_what_is_missing_or_broken(rendered: Rendered) -> None:
    folder = rendered.table.parent
    paths = [folder / clip.path for clip in rendered.clips]
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in paths}
    paths[0].unlink()
    paths[1].write_bytes(b"not a flac file")
    render_collection(folder, n_clips=10, seed=SEED, progress=Silent())
    assert [path.read_bytes() for path in paths] == [before[path][1] for path in paths]
    assert all(path.stat().st_mtime_ns == before[path][0] for path in paths[2:])


def test_another_seed_replaces_the_clips(tmp_path: Path, fresh: Rendered) -> None:
    other = render_fresh(tmp_path, n_pure=2, n_pieces=0, seed=SEED + 1, progress=Silent())
    for clip in other.clips:
        first = (fresh.table.parent / clip.path).read_bytes()
        assert (tmp_path / clip.path).read_bytes() != first


def test_a_blend_has_its_proportion_of_energy(rendered: Rendered) -> None:
    plan = plan_collection(10, SEED)[-1]
    clip = rendered.clips[-1]
    sound, _ = soundfile.read(rendered.table.parent / clip.path, dtype="float32")
    sides = np.stack([k_weighted(side).ravel() for side in plan.perform()])
    weights = np.linalg.lstsq(sides.T, k_weighted(sound).ravel())[0]
    energies = weights**2 * (sides**2).sum(axis=1)
    assert energies[0] / energies.sum() == pytest.approx(clip.proportion_acoustic, abs=0.002)


def test_the_ladder_of_a_piece_has_every_proportion(fresh: Rendered) -> None:
    ladder = [clip for clip in fresh.clips if clip.kind == "blend"]
    assert tuple(clip.proportion_acoustic for clip in ladder) == LADDER
    assert len({clip.piece for clip in ladder}) == 1
    assert len({clip.path for clip in ladder}) == len(LADDER)


class _Counting(Silent):
    def __init__(self) -> None:
        super().__init__()
        self.stages: dict[str, list[int]] = {}

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        self.stages[name] = [total, 0]

        def advance(n: int) -> None:
            self.stages[name][1] += n

        yield advance


def test_progress_counts_the_clips(rendered: Rendered) -> None:
    progress = _Counting()
    render_collection(rendered.table.parent, n_clips=10, seed=SEED, progress=progress)
    assert progress.stages == {"Rendering demo clips": [10, 10]}


def test_too_few_clips_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="of 4 clips"):
        render_collection(tmp_path, n_clips=4, seed=0, progress=Silent())
