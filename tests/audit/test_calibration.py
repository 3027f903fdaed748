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
    timid = np.array([[0.5, 0.3, 0.2], [0.1, 0.5, 0.4], [0.0, 0.1, 0.9]])
    found, temperature = calibrated(timid, np.array([0, 1, 2]))
    assert (np.argsort(found, axis=1) == np.argsort(timid, axis=1)).all()
    assert np.isclose(temperature, 0.1, rtol=0.01)
    assert found[2, 0] == 0
