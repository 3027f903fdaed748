from pathlib import Path

from tools.benchmarks import mfcc


def test_the_mfcc_alone_beside_their_ffts(short_music: Path) -> None:
    clip = next(short_music.rglob("*.flac"))
    steps: list[int] = []

    alone = mfcc.alone(clip, 2, steps.append)

    assert steps == [1, 1, 1, 1]
    assert alone.peer is not None
    assert len(alone.ours.runs) == len(alone.peer.runs) == 2
    assert alone.ours.peak is not None
    assert alone.ours.peak > 10e6
    assert alone.differences["MFCC of a frame, from Essentia's loop"] < 1e-3
    # Nothing is faster than the FFTs that it cannot do without.
    assert alone.ratio is not None
    assert alone.ratio < 1.5
