"""Several models on the same tracks."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.collection import Skipped
from essentia_ldl.collection.vocabulary import Vocabulary
from essentia_ldl.errors import ModelError, OptionError
from essentia_ldl.progress import Progress, Renamed
from essentia_ldl.runtime.classifier import Classifier
from essentia_ldl.runtime.prediction import Prediction

AnyPath = str | os.PathLike[str]
Answer = tuple[float, ...] | Skipped


@dataclass(frozen=True, eq=False)
class PanelAnswers:
    """What every model says of the tracks that all of them can answer.

    Attributes
    ----------
    answered : tuple of int
        Positions of these tracks in the list that was asked about, ascending.
    by_model : dict of str to np.ndarray [shape=(n_answered, n_classes)]
        Distributions over the classes of the first model, in its order. Of a model that scores
        each class on its own, as the zoo's older ones do, the scores are divided by their sum.
    failed : dict of int to str
        Why the tracks at the other positions have no answer, as the first model says that fails.
    seconds : dict of str to float
        What each model took, by the clock.
    """

    answered: tuple[int, ...]
    by_model: dict[str, NDArray[np.float64]]
    failed: dict[int, str]
    seconds: dict[str, float]


@dataclass(frozen=True, eq=False)
class Panel:
    """Models that tell the same classes apart, however each of them spells and orders these.

    Attributes
    ----------
    classifiers : dict of str to Classifier
        By a name that no other model has.
    vocabulary : Vocabulary
        Of the first model.
    """

    classifiers: dict[str, Classifier]
    vocabulary: Vocabulary
    _orders: dict[str, list[int]]

    @classmethod
    def of(
        cls,
        models: Sequence[AnyPath],
        *,
        taxonomy: str | None = None,
        models_dir: Path | None = None,
        engine: str | None = None,
        jobs: int | None = None,
        progress: Progress | None = None,
    ) -> Panel:
        """Read models; the arguments after the first two are those of `Classifier`.

        Parameters
        ----------
        models : sequence of path
            JSON metadata of exported heads.
        taxonomy : str, optional
            What they answer; by default what the names or classes of each say.

        Raises
        ------
        OptionError
            If there is no model, one is given twice, or they tell different classes apart.
        ModelError, BackboneError
            If a model cannot be used, or is no classifier of classes that exclude each other.
        """
        classifiers = {
            name: Classifier(
                model, models_dir=models_dir, engine=engine, jobs=jobs, progress=progress
            )
            for name, model in zip(distinct_names(models), models, strict=True)
        }
        for model, classifier in zip(models, classifiers.values(), strict=True):
            _check_kind(classifier, model)
        vocabularies = {
            name: Vocabulary.of(
                classifier.metadata.name, classifier.classes, taxonomy, subject=model
            )
            for model, (name, classifier) in zip(models, classifiers.items(), strict=True)
        }
        first = next(iter(vocabularies.values()))
        orders = {name: first.order_of(other) for name, other in vocabularies.items()}
        return cls(classifiers, first, orders)

    def classify(self, paths: Sequence[Path], progress: Progress) -> PanelAnswers:
        """Classify tracks with one model after the other.

        Parameters
        ----------
        paths : sequence of Path
        progress : Progress
            Gets a stage "Classifying" for each model, with its name where there are several.

        Raises
        ------
        ModelError
            If an engine cannot run a graph.
        """
        found: dict[str, list[Answer]] = {}
        seconds: dict[str, float] = {}
        for name, classifier in self.classifiers.items():
            start = time.monotonic()
            watched = Renamed(progress, f": {name}" if len(self.classifiers) > 1 else "")
            found[name] = [_answer(result) for result in classifier.predict(paths, watched)]
            seconds[name] = round(time.monotonic() - start, 3)
        failed = {
            index: answer.reason
            for answers in reversed(found.values())
            for index, answer in enumerate(answers)
            if isinstance(answer, Skipped)
        }
        answered = tuple(index for index in range(len(paths)) if index not in failed)
        by_model = {
            name: self._table([answers[index] for index in answered])[:, self._orders[name]]
            for name, answers in found.items()
        }
        return PanelAnswers(answered, by_model, dict(sorted(failed.items())), seconds)

    def _table(self, answers: Sequence[Answer]) -> NDArray[np.float64]:
        n_classes = len(self.vocabulary.classes)
        rows = np.array(answers, dtype=np.float64).reshape(len(answers), n_classes)
        sums = rows.sum(axis=1, keepdims=True)
        # Scores of separate sigmoids may all be zero, which favours no class.
        return np.where(sums > 0, rows, 1) / np.where(sums > 0, sums, n_classes)


def _check_kind(classifier: Classifier, model: AnyPath) -> None:
    if not classifier.kind.has_label:
        raise ModelError(
            f"gives {classifier.kind.value}, and no classes that exclude each other",
            subject=model,
            remedy="give the JSON of a multi-class classifier",
        )


def _answer(result: Prediction | Skipped) -> Answer:
    return result if isinstance(result, Skipped) else tuple(result.probabilities.values())


def distinct_names(models: Sequence[AnyPath]) -> tuple[str, ...]:
    """Name models by their files, and by a folder too where files are called alike.

    Raises
    ------
    OptionError
        If there is no model, or one is given twice.

    Examples
    --------
    >>> distinct_names(["a/heads/genre-1.json", "b/heads/genre-1.json", "b/mood-1.json"])
    ('a/genre-1', 'b/genre-1', 'mood-1')
    """
    paths = [Path(model) for model in models]
    real = [os.path.realpath(path) for path in paths]
    twice = next((path for path in paths if real.count(os.path.realpath(path)) > 1), None)
    if twice is not None or not paths:
        raise OptionError(
            "is given twice" if paths else "no model is given",
            subject=twice or "",
            remedy="give each model once" if paths else "give the JSON of an exported model",
        )
    return tuple(
        _name(path, [other for other in paths if other.stem == path.stem]) for path in paths
    )


def _name(path: Path, alike: Sequence[Path]) -> str:
    """Put in front of a model's name the nearest folder that tells it from those called alike."""
    if len(alike) == 1:
        return path.stem
    for depth in range(min(len(other.parts) for other in alike) - 1):
        folders = {other.parts[-2 - depth] for other in alike}
        if len(folders) == len(alike):
            return f"{path.parts[-2 - depth]}/{path.stem}"
    return str(path.with_suffix(""))
