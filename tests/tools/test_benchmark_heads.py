from dataclasses import replace

import numpy as np

from essentia_ldl.networks.heads import initial_head
from tools.benchmarks.head_workload import Workload, made_up
from tools.benchmarks.heads import PEERS, compare, distance
from tools.benchmarks.results import Comparison, Finding


def test_heads_against_keras() -> None:
    work = Workload(16, n_repeats=1, epochs=3, n_classes=2)
    steps: list[int] = []

    compared, near = compare(work, PEERS[0], rounds=2, seconds=0.01, advance=steps.append)

    assert steps == [1, 1, 1, 1]
    assert isinstance(compared, Comparison)
    assert compared.peer is not None
    assert compared.peer.scale == work.n_heads == 16
    assert compared.peer.note == "extrapolated from 1 of 16 heads"
    assert compared.ratio is not None
    assert compared.ratio > 1
    assert compared.differences["weights, largest"] < 1e-5
    assert isinstance(near, Finding)
    # Another head in each round.
    assert "essentia_ldl 2 of 2" in near.text
    assert "Keras fit, same batches 2 of 2" in near.text


def test_a_workload_is_a_cross_validation() -> None:
    work = Workload(48, n_repeats=3, epochs=1)
    embeddings, tasks = made_up(work)
    assert len(tasks) == work.n_heads == 46
    assert len(embeddings) == 48
    for task in tasks:
        np.testing.assert_allclose(task.targets.sum(axis=1), 1)
    assert tasks[0].key == tasks[15].key
    assert len(tasks[-1].train) == 48


def test_distance_is_that_of_the_farthest_weight() -> None:
    one, other = (initial_head((number,), 4, 3, 2) for number in range(2))
    assert distance(one, one) == 0
    assert distance(one, other) > 0.1
    assert distance(one, replace(one, output_bias=one.output_bias + 7)) == 7
