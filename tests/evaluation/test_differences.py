import numpy as np

from essentia_ldl.evaluation.bootstrap import BootstrapMeans
from essentia_ldl.evaluation.differences import differences


def test_every_pair_is_compared_the_later_with_the_earlier(rng: np.random.Generator) -> None:
    values = rng.random((20, 4))
    found = differences(["a", "b", "c"], BootstrapMeans.of(values))
    assert [(d.model, d.other) for d in found] == [("b", "a"), ("c", "a"), ("c", "b")]
    np.testing.assert_allclose(found[1].estimate.value, (values[:, 2] - values[:, 0]).mean())


def test_one_model_has_nothing_to_be_compared_with(rng: np.random.Generator) -> None:
    assert differences(["a"], BootstrapMeans.of(rng.random((3, 1)))) == ()
