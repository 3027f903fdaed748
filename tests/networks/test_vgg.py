import numpy as np


def test_it_has_the_papers_number_of_parameters() -> None:
    from essentia_ldl.networks.vgg import EMBEDDING_LAYER, vgg

    network = vgg()
    assert sum(int(weight.numpy().size) for weight in network.trainable_weights) == 605_748
    assert network.get_layer(EMBEDDING_LAYER).output.shape == (None, 256)


def test_it_pools_as_the_published_graph_does() -> None:
    from essentia_ldl.networks.vgg import vgg

    network = vgg()
    shapes = [network.get_layer(f"pool_{number}").output.shape[1:3] for number in range(1, 6)]
    # (187, 96) through (4, 1), (1, 4), (2, 2), (2, 2), (4, 4).
    assert shapes == [(46, 96), (46, 24), (23, 12), (11, 6), (2, 1)]


def test_classes_can_be_other_than_tags(rng: np.random.Generator) -> None:
    from essentia_ldl.networks.vgg import vgg

    patches = rng.uniform(0, 4, (2, 187, 96)).astype(np.float32)
    answer = vgg(4, activation="softmax").predict_on_batch(patches)
    assert answer.shape == (2, 4)
    np.testing.assert_allclose(answer.sum(axis=1), 1.0, rtol=1e-5)
