import numpy as np
import pytest


@pytest.mark.parametrize(("activation", "total"), [("sigmoid", None), ("softmax", 1.0)])
def test_the_output_layer_is_chosen(
    activation: str, total: float | None, rng: np.random.Generator
) -> None:
    from essentia_ldl.networks.musicnn import musicnn

    patches = rng.uniform(0, 4, (2, 187, 96)).astype(np.float32)
    answer = musicnn(9, activation=activation).predict_on_batch(patches)
    assert answer.shape == (2, 9)
    assert (answer >= 0).all()
    if total:
        np.testing.assert_allclose(answer.sum(axis=1), total, rtol=1e-5)


def test_it_has_the_papers_number_of_parameters() -> None:
    from essentia_ldl.networks.musicnn import EMBEDDING_LAYER, musicnn

    network = musicnn()
    assert sum(int(weight.numpy().size) for weight in network.trainable_weights) == 787_159
    assert network.get_layer(EMBEDDING_LAYER).output.shape == (None, 200)


def test_every_weight_can_be_trained(rng: np.random.Generator) -> None:
    import tensorflow as tf

    from essentia_ldl.networks.musicnn import musicnn

    network = musicnn(2)
    patches = rng.uniform(0, 4, (2, 187, 96)).astype(np.float32)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(network(patches, training=True)))
    gradients = tape.gradient(loss, [weight.value for weight in network.trainable_weights])
    assert all(gradient is not None for gradient in gradients)


def test_pooled_features_interleave_maximum_and_mean(rng: np.random.Generator) -> None:
    import keras

    from essentia_ldl.networks.musicnn import musicnn

    network = musicnn()
    pooled = keras.Model(network.input, network.get_layer("flatten").output)
    values = pooled.predict_on_batch(rng.uniform(0, 4, (1, 187, 96)).astype(np.float32))
    assert values.shape == (1, 1506)
    assert (values[:, ::2] >= values[:, 1::2]).all()
