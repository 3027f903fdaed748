import sys

import numpy as np
import pytest

from essentia_ldl.errors import EssentiaLDLError
from tools.demo.effects import SAMPLE_RATE, Reverb
from tools.demo.piece import compose
from tools.demo.plan import plan_collection
from tools.demo.render import duration_seconds, render, require, sound_font
from tools.demo.score import MACHINE, Arrangement, Feel, Note, Part, Stereo


@pytest.fixture
def _synthesizer() -> None:
    pytest.importorskip("tinysoundfont", reason="needs tinysoundfont, which renders the demo")
    pytest.importorskip("pretty_midi", reason="needs pretty_midi, which carries the sound font")


def _render(notes: tuple[Note, ...], feel: Feel = MACHINE, **options: float) -> Stereo:
    piece = compose(120, 4, np.random.default_rng(0))
    arrangement = Arrangement((Part(80, notes, **options),), feel, Reverb(0.5, 0.0))  # type: ignore[arg-type]
    return render(piece, arrangement, np.random.default_rng(0))


@pytest.mark.usefixtures("_synthesizer")
def test_notes_sound_when_they_are_written() -> None:
    sound = _render((Note(4, 1, 69, 100),))
    loud = np.flatnonzero(np.abs(sound).max(axis=1) > 0.05 * np.abs(sound).max())
    assert loud[0] / SAMPLE_RATE == pytest.approx(2.0, abs=0.01)
    assert loud[-1] / SAMPLE_RATE < 3.0


@pytest.mark.usefixtures("_synthesizer")
def test_notes_have_the_pitch_that_is_written() -> None:
    sound = _render((Note(0, 8, 69, 100),))[SAMPLE_RATE : 2 * SAMPLE_RATE, 0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert abs(int(spectrum[300:600].argmax()) + 300 - 440) <= 3


@pytest.mark.usefixtures("_synthesizer")
def test_parts_are_placed_left_and_right() -> None:
    sound = _render((Note(0, 8, 69, 100),), pan=-1.0)
    assert np.abs(sound[:, 0]).max() > 0.1
    assert np.abs(sound[:, 1]).max() < 1e-6


@pytest.mark.usefixtures("_synthesizer")
def test_people_move_the_onsets() -> None:
    notes = tuple(Note(beat, 0.5, 69, 100) for beat in range(16))
    assert not np.array_equal(_render(notes), _render(notes, Feel(timing=0.01)))


@pytest.mark.usefixtures("_synthesizer")
@pytest.mark.parametrize("index", [0, 3, 6, 19, 22, 25])
def test_a_piece_is_heard_all_the_way(index: int) -> None:
    plan = plan_collection(48, seed=2)[index]
    (sound,) = plan.perform()
    assert len(sound) == round(duration_seconds(plan.compose()) * SAMPLE_RATE)
    half_seconds = sound[: len(sound) // 22050 * 22050].reshape(-1, 22050 * 2)
    level = 10 * np.log10((half_seconds**2).mean(axis=1))
    assert level[:-3].min() > level.max() - 25
    assert np.abs(sound[-1]).max() < 1e-4


@pytest.mark.parametrize("name", ["tinysoundfont", "soundfile"])
def test_a_missing_library_is_named_with_its_remedy(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(EssentiaLDLError, match=f"needs {name}.*--no-deps tinysoundfont==0.3.7"):
        require(name)


def test_a_missing_sound_font_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pretty_midi", None)
    with pytest.raises(EssentiaLDLError, match="sound font is not installed"):
        sound_font.__wrapped__()
