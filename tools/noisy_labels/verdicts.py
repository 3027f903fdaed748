"""What has to hold of a robust method, and whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.evaluation import corrected_paired_ttest
from essentia_ldl.labels import BASELINE
from tools.noisy_labels.methods import ROBUST
from tools.noisy_labels.scores import Scores, Setting

#: No setting may lose more than this.
TOLERANCE = 0.01
#: What has to be gained at `NOISY`, on average over the settings.
GAIN = 0.02
SIGNIFICANT = 0.05
#: The largest ratio of negative log-likelihoods at `NOISY`.
NLL_RATIO = 0.8
NOISY = 0.2


@dataclass(frozen=True)
class Gains:
    """What a method gains over another in balanced accuracy, setting by setting.

    Attributes
    ----------
    settings : tuple of Setting
    gains : tuple of float
        Of each setting, the mean over repeats.
    p : float
        Of no difference, by the corrected paired t-test over repeats and folds, on the mean over
        the settings of each repeat and fold.
    """

    settings: tuple[Setting, ...]
    gains: tuple[float, ...]
    p: float

    @property
    def mean(self) -> float:
        """Mean over the settings."""
        return float(np.mean(self.gains))

    @property
    def worst(self) -> tuple[Setting, float]:
        """The setting that gains least, and how much."""
        place = int(np.argmin(self.gains))
        return self.settings[place], self.gains[place]

    @property
    def below(self) -> list[tuple[Setting, float]]:
        """The settings that lose more than `TOLERANCE`."""
        both = zip(self.settings, self.gains, strict=True)
        return [(setting, gain) for setting, gain in both if gain < -TOLERANCE]


@dataclass(frozen=True)
class Verdict:
    """One demand.

    Attributes
    ----------
    demand : str
    holds : bool
    found : str
        The figures.
    """

    demand: str
    holds: bool
    found: str


def gains_of(scores: Scores, method: str, baseline: str, rate: float) -> Gains:
    """Compare two methods in every setting of a rate that both were run in."""
    settings = tuple(scores.shared(method, baseline, rate))
    gains = tuple(
        scores.mean(method, setting, "accuracy") - scores.mean(baseline, setting, "accuracy")
        for setting in settings
    )
    return Gains(settings, gains, _p_of(scores, method, baseline, settings))


def _p_of(scores: Scores, method: str, baseline: str, settings: Sequence[Setting]) -> float:
    differences = [
        _folds(scores, method, setting) - _folds(scores, baseline, setting) for setting in settings
    ]
    # Where artists are few there are fewer folds: their repeats and folds of that number are
    # what all settings have.
    n_repeats = min(len(values) for values in differences)
    n_folds = min(values.shape[1] for values in differences)
    mean = np.mean([values[:n_repeats, :n_folds] for values in differences], axis=0).ravel()
    folds = [
        fold
        for setting in settings
        for repeat in scores.repeats[method, setting]
        for fold in repeat["folds"]
    ]
    if len(mean) < 2:
        return 1.0
    n_train, n_test = (np.mean([fold[part] for fold in folds]) for part in ("n_train", "n_test"))
    return corrected_paired_ttest(mean, np.zeros_like(mean), n_train, n_test)


def _folds(scores: Scores, method: str, setting: Setting) -> NDArray[np.float64]:
    return scores.fold_values(method, setting, "accuracy")


def nll_ratio(scores: Scores, method: str, baseline: str, rate: float) -> float:
    """Mean negative log-likelihood over the settings of a rate, relative to another method's."""
    settings = list(scores.shared(method, baseline, rate))
    means = [
        np.mean([scores.mean(name, setting, "nll") for setting in settings])
        for name in (method, baseline)
    ]
    return float(means[0] / means[1])


def verdicts(scores: Scores, method: str = ROBUST, baseline: str = BASELINE) -> list[Verdict]:
    """Judge a method by the three demands."""
    clean, noisy = (gains_of(scores, method, baseline, rate) for rate in (0.0, NOISY))
    ratio = nll_ratio(scores, method, baseline, NOISY)
    return [
        Verdict(
            f"clean: within {TOLERANCE} of {baseline} or better, in every setting",
            not clean.below,
            f"{clean.mean:+.4f} on average; {_worst(clean)}",
        ),
        Verdict(
            f"{NOISY:.0%} noise: better by {GAIN} on average with p < {SIGNIFICANT}, never worse "
            f"by more than {TOLERANCE}",
            noisy.mean >= GAIN and noisy.p < SIGNIFICANT and not noisy.below,
            f"{noisy.mean:+.4f} on average, p = {noisy.p:.2g}; {_worst(noisy)}",
        ),
        Verdict(
            f"{NOISY:.0%} noise: negative log-likelihood at most {NLL_RATIO} of {baseline}'s",
            ratio <= NLL_RATIO,
            f"ratio {ratio:.3f}",
        ),
    ]


def _worst(gains: Gains) -> str:
    setting, gain = gains.worst
    n_below, n = len(gains.below), len(gains.settings)
    return f"worst {gain:+.4f} ({setting}); {n_below} of {n} settings lose more than {TOLERANCE}"
