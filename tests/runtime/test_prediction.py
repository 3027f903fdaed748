import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from essentia_ldl.runtime.prediction import Prediction, entropy

_LOGITS = arrays(np.float32, (7, 4), elements=st.floats(-20, 20, width=32))


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


@given(logits=_LOGITS)
def test_a_track_is_the_mean_of_its_patches(logits: NDArray[np.float32]) -> None:
    patches = _softmax(logits)
    before = patches.copy()
    prediction = Prediction.of("a.wav", ("d", "c", "b", "a"), patches)
    values = np.array(list(prediction.probabilities.values()))
    assert list(prediction.probabilities) == ["d", "c", "b", "a"]
    np.testing.assert_allclose(values, patches.mean(axis=0), atol=1e-6)
    assert values.sum() == pytest.approx(1, abs=1e-6)
    assert prediction.label is not None
    assert prediction.probabilities[prediction.label] == values.max()
    assert prediction.entropy is not None
    assert 0 <= prediction.entropy <= np.log(4) + 1e-6
    np.testing.assert_array_equal(patches, before)


def test_entropy_is_in_nats() -> None:
    assert entropy(np.full(8, 1 / 8)) == pytest.approx(np.log(8))
    assert str(entropy(np.array([1.0, 0.0]))) == "0.0"
