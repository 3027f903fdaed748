"""What has to hold of a robust method, and whether it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.evaluation import corrected_paired_ttest
from essentia_ldl.labels import BASELINE
from tools.noisy_labels.methods import ROBUST
from tools.noisy_labels.scores import Scores, Setting

Values = NDArray[np.float64]

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
    """Compare two methods in every setting of a rate, on the repeats that both were run on."""
    settings = tuple(scores.shared(method, baseline, rate))
    pairs = [scores.paired(method, baseline, setting) for setting in settings]
    gains = tuple(
        pair.mean(method, setting, "accuracy") - pair.mean(baseline, setting, "accuracy")
        for pair, setting in zip(pairs, settings, strict=True)
    )
    differences = [
        _folds(pair, method, setting) - _folds(pair, baseline, setting)
        for pair, setting in zip(pairs, settings, strict=True)
    ]
    folds = [
        fold
        for pair, setting in zip(pairs, settings, strict=True)
        for repeat in pair.repeats[method, setting]
        for fold in repeat["folds"]
    ]
    return Gains(settings, gains, _p_of(differences, folds))


def _folds(scores: Scores, method: str, setting: Setting) -> Values:
    return scores.fold_values(method, setting, "accuracy")


def _p_of(differences: Sequence[Values], folds: Sequence[Mapping[str, Any]]) -> float:
    # Where a class has few artists there are fewer folds: the mean of a fold is over the settings
    # that have it.
    shape = tuple(np.max([values.shape for values in differences], axis=0))
    padded = np.full((len(differences), *shape), np.nan)
    for one, values in zip(padded, differences, strict=True):
        one[: values.shape[0], : values.shape[1]] = values
    mean = np.nanmean(padded, axis=0).ravel()
    if len(mean) < 2:
        return 1.0
    n_train, n_test = (np.mean([fold[part] for fold in folds]) for part in ("n_train", "n_test"))
    return corrected_paired_ttest(mean, np.zeros_like(mean), n_train, n_test)


def nll_ratio(scores: Scores, method: str, baseline: str, rate: float) -> float:
    """Mean negative log-likelihood over the settings of a rate, relative to another method's."""
    pairs = [
        (setting, scores.paired(method, baseline, setting))
        for setting in scores.shared(method, baseline, rate)
    ]
    means = [
        np.mean([pair.mean(name, setting, "nll") for setting, pair in pairs])
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
