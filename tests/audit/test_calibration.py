import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from essentia_ldl.audit.calibration import calibrated


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 5))
def test_a_known_temperature_is_found_again(seed: int, temperature: float) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.dirichlet([0.5, 0.5, 0.5], size=2000)
    codes = np.array([rng.choice(3, p=row) for row in truth])
    heated = np.maximum(truth, 1e-300) ** temperature
    heated /= heated.sum(axis=1, keepdims=True)
    found, used = calibrated(heated, codes)
    assert np.isclose(used, temperature, rtol=0.15)
    assert np.allclose(found.sum(axis=1), 1)
    assert log_loss(codes, found) <= log_loss(codes, np.clip(heated, 1e-15, 1)) + 1e-9


def test_the_order_of_classes_stays_and_certainty_is_bounded() -> None:
    timid = np.tile([[0.5, 0.3, 0.2], [0.1, 0.5, 0.4], [0.0, 0.1, 0.9]], (1000, 1))
    found, temperature = calibrated(timid, np.tile([0, 1, 2], 1000))
    assert (np.argsort(found, axis=1) == np.argsort(timid, axis=1)).all()
    assert np.isclose(temperature, 0.1, rtol=0.01)
    assert found[2, 0] == 0


def test_few_tracks_make_nothing_certain() -> None:
    timid = np.array([[0.7, 0.3], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
    found, _ = calibrated(timid, np.array([0, 0, 1, 1]))
    assert found.max() < 0.95


def test_a_class_that_nothing_was_learned_of_leaves_the_others_as_sure_as_before() -> None:
    sure = np.tile([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]], (20, 1))
    codes = np.tile([0, 1], 20)
    _, temperature = calibrated(sure, codes)
    lone = np.array([[0.5, 0.5, 0.0]])
    found, with_lone = calibrated(np.vstack([sure, lone]), np.append(codes, 2))
    assert with_lone == temperature
    assert found[-1].tolist() == [0.5, 0.5, 0]
