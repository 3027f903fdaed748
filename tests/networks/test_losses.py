from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from essentia_ldl.errors import OptionError
from essentia_ldl.networks.losses import LOSSES, find_loss, stacked_loss

Array = NDArray[np.float32]


@pytest.fixture
def targets(rng: np.random.Generator) -> Array:
    return rng.dirichlet(np.ones(4), size=(3, 5)).astype(np.float32)


@pytest.fixture
def logits(rng: np.random.Generator) -> Array:
    return rng.normal(size=(3, 5, 4)).astype(np.float32)


def evaluate(loss: Any, targets: Array, logits: Array) -> Array:
    import tensorflow as tf

    return np.asarray(loss(tf.constant(targets), tf.constant(logits)).numpy())


@pytest.mark.parametrize("name", sorted(set(LOSSES) - {"generalized_crossentropy"}))
def test_equals_keras(name: str, targets: Array, logits: Array) -> None:
    import keras

    keras_name = {"kullback_leibler_divergence": "kl_divergence"}.get(name, name)
    expected = keras.losses.get(keras_name)(targets, keras.ops.softmax(logits))

    np.testing.assert_allclose(evaluate(LOSSES[name], targets, logits), expected, atol=1e-6)


def test_by_hand() -> None:
    one_hot, quarter = np.eye(4, dtype=np.float32)[:1], np.zeros((1, 4), np.float32)

    assert evaluate(LOSSES["mean_absolute_error"], one_hot, quarter) == (0.75 + 3 * 0.25) / 4
    for name in ("categorical_crossentropy", "kullback_leibler_divergence"):
        np.testing.assert_allclose(evaluate(LOSSES[name], one_hot, quarter), np.log(4), rtol=1e-6)


def test_generalized_crossentropy_is_zhang_and_sabuncus(logits: Array) -> None:
    from scipy.special import softmax

    y = np.arange(15).reshape(3, 5) % 4
    one_hot = np.eye(4, dtype=np.float32)[y]
    own = np.take_along_axis(softmax(logits, axis=-1), y[..., None], axis=-1)[..., 0]

    loss = evaluate(LOSSES["generalized_crossentropy"], one_hot, logits)

    np.testing.assert_allclose(loss, (1 - own**0.7) / 0.7, rtol=1e-5)


@pytest.mark.parametrize("name", ["mean_absolute_error", "kullback_leibler_divergence"])
@given(st.lists(st.floats(-10, 10), min_size=2, max_size=6))
def test_a_perfect_prediction_costs_nothing(name: str, logits: list[float]) -> None:
    from scipy.special import softmax

    perfect = softmax(np.array([logits])).astype(np.float32)

    loss = evaluate(LOSSES[name], perfect, np.array([logits], np.float32))

    np.testing.assert_allclose(loss, 0, atol=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_stays_finite_where_a_probability_underflows(name: str) -> None:
    import tensorflow as tf

    logits = tf.constant([[1000.0, -1000.0]])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        loss = LOSSES[name](tf.constant([[0.0, 1.0]]), logits)

    assert np.isfinite(loss.numpy()).all()
    assert np.isfinite(tape.gradient(loss, logits).numpy()).all()


def test_each_head_gets_its_own_loss(targets: Array, logits: Array) -> None:
    names = ["mean_absolute_error", "categorical_crossentropy", "mean_absolute_error"]

    stacked = evaluate(stacked_loss(names), targets, logits)

    for head, name in enumerate(names):
        np.testing.assert_array_equal(
            stacked[head], evaluate(LOSSES[name], targets[head], logits[head])
        )


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(OptionError, match=r"mse: no such loss.*mean_absolute_error"):
        find_loss("mse")
    with pytest.raises(OptionError, match="no such loss"):
        stacked_loss(["categorical_crossentropy", "mse"])
