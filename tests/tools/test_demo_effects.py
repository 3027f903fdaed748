import numpy as np
import pytest

from tools.demo.effects import SAMPLE_RATE, Drive, FilterSweep, PingPong, Reverb, SideChain
from tools.demo.score import Effect, Stereo

BEAT = 0.5
EFFECTS = (SideChain(), FilterSweep(), PingPong(), Drive(), Reverb())


@pytest.fixture
def noise(rng: np.random.Generator) -> Stereo:
    return rng.normal(0, 0.1, (4 * SAMPLE_RATE, 2)).astype(np.float32)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: type(effect).__name__)
def test_effects_keep_shape_and_input(effect: Effect, noise: Stereo) -> None:
    before = noise.copy()
    out = effect(noise, BEAT)
    assert out.shape == noise.shape
    assert out.dtype == np.float32
    assert np.isfinite(out).all()
    np.testing.assert_array_equal(noise, before)


def test_the_side_chain_ducks_on_the_beat(noise: Stereo) -> None:
    gain = np.abs(SideChain(0.8)(noise, BEAT)[:, 0] / noise[:, 0])
    beat = round(BEAT * SAMPLE_RATE)
    assert gain[beat] == pytest.approx(0.2, abs=0.01)
    assert gain[2 * beat - 100] > 0.95


def test_the_filter_is_closed_first_and_open_later(noise: Stereo) -> None:
    out = FilterSweep(cutoff=300, beats=8)(noise, BEAT)
    part = SAMPLE_RATE // 10
    opened = slice(2 * SAMPLE_RATE - part // 2, 2 * SAMPLE_RATE + part // 2)
    assert out[:part].std() < 0.3 * noise[:part].std()
    assert out[opened].std() == pytest.approx(noise[opened].std(), rel=0.02)


def test_echoes_change_sides() -> None:
    click = np.zeros((SAMPLE_RATE, 2), dtype=np.float32)
    click[0] = 1, 0
    out = PingPong(beats=0.5, feedback=0.5)(click, BEAT)
    lag = SAMPLE_RATE // 4
    echoes = np.array([[1, 0], [0, 0.5], [0.25, 0]], dtype=np.float32)
    np.testing.assert_allclose(out[: 3 * lag : lag], echoes, atol=1e-6)


def test_echoes_after_the_end_are_dropped() -> None:
    short = np.ones((100, 2), dtype=np.float32)
    np.testing.assert_array_equal(PingPong()(short, BEAT), short)


def test_drive_bounds_the_sound(noise: Stereo) -> None:
    assert np.abs(Drive(5)(noise, BEAT)).max() <= 1


def test_reverberation_has_the_energy_asked_for() -> None:
    click = np.zeros((2 * SAMPLE_RATE, 2), dtype=np.float32)
    click[0] = 1
    out = Reverb(seconds=1.0, wet=0.2)(click, BEAT)
    assert (out[1:] ** 2).sum() / 2 == pytest.approx(0.2, rel=0.01)
