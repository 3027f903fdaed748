import keras
import numpy as np

from essentia_ldl.networks.network_trainer import PenalisedAdam, best_precision, predict_in_batches
from tests.networks.tiny import TINY


def test_penalty_is_added_to_the_gradient_before_adam() -> None:
    start, gradient = np.array([1, -2, 0.5], np.float32), np.array([0.1, 0, -0.3], np.float32)
    ours, plain = keras.Variable(start), keras.Variable(start)
    penalised, adam = PenalisedAdam(1e-2, 0.25), keras.optimizers.Adam(1e-2)
    for _ in range(3):
        adam.apply([keras.ops.convert_to_tensor(gradient + 0.25 * plain.numpy())], [plain])
        penalised.apply([keras.ops.convert_to_tensor(gradient)], [ours])
    np.testing.assert_allclose(ours.numpy(), plain.numpy(), rtol=1e-6)
    assert not np.allclose(ours.numpy(), start)


def test_answers_do_not_depend_on_what_was_asked_before(rng: np.random.Generator) -> None:
    network = TINY.build(2)
    rows = rng.normal(size=(21, 187, 96)).astype(np.float32)
    first = predict_in_batches(network, rows)
    predict_in_batches(network, rows[:5])
    assert first.shape == (21, 2)
    np.testing.assert_array_equal(predict_in_batches(network, rows), first)


def test_precision_is_whole_without_an_accelerator_and_is_put_back() -> None:
    before = keras.config.dtype_policy().name
    with best_precision() as policy:
        assert keras.config.dtype_policy().name == policy
    assert keras.config.dtype_policy().name == before
    devices = keras.distribution.list_devices()
    assert (policy == "mixed_float16") == any(not d.startswith("cpu") for d in devices)
