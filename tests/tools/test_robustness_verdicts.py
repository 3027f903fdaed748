"""What is asked of a robust method, on figures made up."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from essentia_ldl.evaluation import corrected_paired_ttest
from essentia_ldl.labels import OneHot
from tools.noisy_labels.methods import CROSSENTROPY, Method
from tools.noisy_labels.noise import CLEAN, Noise
from tools.noisy_labels.scores import Scores, Setting
from tools.noisy_labels.tables import markdown, write_csv
from tools.noisy_labels.units import Unit
from tools.noisy_labels.verdicts import gains_of, nll_ratio, verdicts

_NOISES = (CLEAN, Noise("uniform", 0.2), Noise("similar", 0.2))
Accuracy = Callable[[str, Noise, int, int], float]


def _scores(accuracy: dict[str, Accuracy], nll: dict[str, float], repeats: int = 3) -> Scores:
    results = []
    for name, of_method in accuracy.items():
        method = Method(name, lambda task, seed: OneHot(), None, CROSSENTROPY, _NOISES)
        for task in ("genre", "happy"):
            for repeat in range(repeats):
                unit = Unit(method, task, "stratified", repeat)
                found: list[Any] = []
                for noise in _NOISES:
                    folds = [
                        {"n_train": 80, "n_test": 20, **_measures(value, nll[name])}
                        for value in (of_method(task, noise, repeat, fold) for fold in range(5))
                    ]
                    mean = float(np.mean([fold["accuracy"] for fold in folds]))
                    found.append(
                        {
                            "kind": noise.kind,
                            "rate": noise.rate,
                            "folds": folds,
                            "pooled": _measures(mean, nll[name]),
                        }
                    )
                results.append((unit, {"noises": found, "enhancing_seconds": 1.5}))
    return Scores.of(results)


def _measures(accuracy: float, nll: float) -> dict[str, float]:
    return {"accuracy": accuracy, "nll": nll, "ece": 0.1, "brier": 0.2}


def _none(task: str, noise: Noise, repeat: int, fold: int) -> float:
    return 0.8 + 0.01 * ((7 * repeat + 3 * fold) % 5)


def _shifted(by: Callable[[str, Noise], float]) -> Accuracy:
    def accuracy(task: str, noise: Noise, repeat: int, fold: int) -> float:
        return _none(task, noise, repeat, fold) + by(task, noise) + 0.002 * (fold - 2)

    return accuracy


def _loses_once(task: str, noise: Noise) -> float:
    if not noise.rate:
        return 0.0
    return -0.02 if (task, noise.kind) == ("genre", "similar") else 0.05


def test_all_three_hold() -> None:
    robust = _shifted(lambda task, noise: 0.03 if noise.rate else -0.009)
    scores = _scores({"none": _none, "robust": robust}, {"none": 1.0, "robust": 0.75})
    assert [verdict.holds for verdict in verdicts(scores)] == [True, True, True]
    gains = gains_of(scores, "robust", "none", 0.2)
    assert gains.mean == pytest.approx(0.03)
    assert len(gains.settings) == 4  # two tasks, two kinds
    differences = [0.03 + 0.002 * (fold - 2) for _ in range(3) for fold in range(5)]
    expected = corrected_paired_ttest(differences, np.zeros(15), 80, 20)
    assert gains.p == pytest.approx(expected)
    assert nll_ratio(scores, "robust", "none", 0.2) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("by", "nll", "held"),
    [
        # On average nothing is lost, in one task too much is.
        (lambda task, noise: 0.03 if noise.rate or task == "happy" else -0.011, 0.7, [0, 1, 1]),
        # Enough on average, and too much lost in one setting.
        (_loses_once, 0.7, [1, 0, 1]),
        (lambda task, noise: 0.019 if noise.rate else 0.0, 0.7, [1, 0, 1]),
        (lambda task, noise: 0.03 if noise.rate else 0.0, 0.81, [1, 1, 0]),
    ],
)
def test_each_can_fail(by: Callable[[str, Noise], float], nll: float, held: list[int]) -> None:
    scores = _scores({"none": _none, "robust": _shifted(by)}, {"none": 1.0, "robust": nll})
    assert [verdict.holds for verdict in verdicts(scores)] == [bool(one) for one in held]


def test_a_gain_that_may_be_chance_does_not_count() -> None:
    def erratic(task: str, noise: Noise, repeat: int, fold: int) -> float:
        return _none(task, noise, repeat, fold) + (0.3 if (repeat, fold) == (0, 0) else 0.0)

    scores = _scores({"none": _none, "robust": erratic}, {"none": 1.0, "robust": 0.5})
    gains = gains_of(scores, "robust", "none", 0.2)
    assert gains.mean == pytest.approx(0.02)
    assert gains.p > 0.05
    assert not verdicts(scores)[1].holds


def test_methods_are_compared_on_the_repeats_that_both_have() -> None:
    robust = _shifted(lambda task, noise: 0.03)
    scores = _scores({"none": _none, "robust": robust}, {"none": 1.0, "robust": 0.75})
    fewer = {
        (name, setting): found[1:2] if name == "robust" else found
        for (name, setting), found in scores.repeats.items()
    }
    gains = gains_of(Scores(fewer, {}, {}), "robust", "none", 0.2)
    assert gains.gains == pytest.approx([0.03] * 4)
    assert 0 <= gains.p < 0.05
    apart = {
        (name, setting): found[1:] if name == "robust" else found[:1]
        for (name, setting), found in scores.repeats.items()
    }
    assert list(Scores(apart, {}, {}).shared("robust", "none", 0.2)) == []


def test_tables_hold_every_method_and_say_what_is_partial() -> None:
    robust = _shifted(lambda task, noise: 0.03)
    scores = _scores({"none": _none, "robust": robust}, {"none": 1.0, "robust": 0.75})
    setting = Setting("genre", "stratified", "uniform", 0.2)
    partial = Scores(
        {**scores.repeats, ("slow", setting): scores.repeats["robust", setting]},
        {"broken": "ValueError: no"},
        scores.seconds,
    )
    text = markdown(partial)
    assert "| 20% | slow ‡ | 1 | 3 |" in text
    assert "broken could not be run: ValueError: no." in text
    assert "| genre | stratified | 20% uniform |" in text
    lines = write_csv(partial).splitlines()
    assert lines[0].startswith("method,task,folds,noise,rate,repeat,fold,accuracy")
    assert len(lines) == 1 + (2 * 2 * 3 + 1) * 3 * 6


def test_failures_are_told_once() -> None:
    method = Method("bad", lambda task, seed: OneHot(), None, CROSSENTROPY, _NOISES)
    results = [(Unit(method, "genre", "stratified", n), {"failure": f"no {n}"}) for n in (1, 0)]
    assert Scores.of(results).failures == {"bad": "no 0"}
