"""Trying out a design of labels and loss from a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from essentia_ldl.commands.console import console_progress
from essentia_ldl.labels import BASELINE, LabelEnhancer, OneHot
from essentia_ldl.progress import Progress
from tools.noisy_labels.groupings import TASKS
from tools.noisy_labels.material import FOLDINGS
from tools.noisy_labels.methods import CROSSENTROPY, Method
from tools.noisy_labels.noise import NOISES, Noise
from tools.noisy_labels.runs import run_units
from tools.noisy_labels.scores import MEASURES, Scores
from tools.noisy_labels.units import units_of
from tools.noisy_labels.verdicts import gains_of, nll_ratio

#: Makes an unfitted enhancer from a seed.
Factory = Callable[[int], LabelEnhancer]


def compare(
    methods: Mapping[str, tuple[Factory, str | None, str]],
    *,
    data: Path,
    folder: Path,
    tasks: Sequence[str] = TASKS,
    foldings: Sequence[str] = FOLDINGS,
    noises: Sequence[Noise] = NOISES,
    repeats: int = 2,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Scores:
    """Run designs beside the baseline, on the folds, noise and weights of the whole comparison.

    What is in the folder is not run again, unless the design under a name has changed.

    Parameters
    ----------
    methods : mapping of str to (factory, space, loss)
        The factory makes an enhancer from a seed; the space is "embedding", "mfcc_s" or None.
    data, folder : Path
        As for `run_units`.
    tasks, foldings, noises, repeats
        Parts of the whole comparison.
    jobs : int or None
    progress : Progress, optional
        Bars by default.

    Returns
    -------
    Scores
        `summary` shows them.
    """
    # Enhancers go to other processes, and their names are what a kept result is found by.
    chosen = [
        Method(name, lambda task, seed, make=make: make(seed), space, loss, tuple(noises))  # type: ignore[misc]
        for name, (make, space, loss) in methods.items()
    ]
    if BASELINE not in methods:
        baseline = Method(BASELINE, lambda task, seed: OneHot(), None, CROSSENTROPY, tuple(noises))
        chosen.insert(0, baseline)
    units = list(units_of(chosen, tasks, repeats, foldings))
    results = run_units(units, data, folder, jobs=jobs, progress=progress or console_progress())
    return Scores.of(results.items())


def summary(scores: Scores, baseline: str = BASELINE) -> str:
    """Lay out a line per method and rate: means over settings, and what is gained."""
    lines = [
        f"{'method':<24}{'noise':>6}{''.join(f'{measure:>10}' for measure in MEASURES)}"
        f"{'gain':>9}{'p':>9}{'nll ratio':>11}  worst setting"
    ]
    for name in scores.methods:
        for rate in sorted({setting.rate for setting in scores.settings(name)}):
            settings = scores.settings(name, rate)
            means = [np.mean([scores.mean(name, s, m) for s in settings]) for m in MEASURES]
            line = f"{name:<24}{rate:>6.0%}{''.join(f'{mean:>10.4f}' for mean in means)}"
            if name != baseline:
                gains = gains_of(scores, name, baseline, rate)
                setting, worst = gains.worst
                line += f"{gains.mean:>+9.4f}{gains.p:>9.2g}"
                line += f"{nll_ratio(scores, name, baseline, rate):>11.3f}"
                line += f"  {worst:+.4f} {setting}, {len(gains.below)} of {len(settings)} below"
            lines.append(line)
    return "\n".join([*lines, *(f"{name} failed: {why}" for name, why in scores.failures.items())])
