"""What the labels of somebody else's list mean to a model's classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from essentia_ldl.collection.spelling import canonical
from essentia_ldl.collection.tasks import Task, load_task, task_names
from essentia_ldl.errors import OptionError

#: What MTG-Jamendo's annotators could answer where no class of a taxonomy suits a track.
NO_CLASS = frozenset({"unmatched", "instrumental"})


@dataclass(frozen=True)
class Vocabulary:
    """A model's classes, and the task by which labels are matched with them.

    Attributes
    ----------
    task : Task
        One of the paper's, with its aliases; for other models, one of the model's own classes.
    classes : tuple of str
        The model's, in the order of its outputs.
    """

    task: Task
    classes: tuple[str, ...]

    @classmethod
    def of(
        cls,
        name: str,
        classes: Sequence[str],
        taxonomy: str | None = None,
        *,
        subject: object = "the model",
    ) -> Vocabulary:
        """Find the task that a model answers.

        It is the one named by `taxonomy`, or else by the model; or else the only one of the
        paper's that has all of the model's classes.

        Parameters
        ----------
        name : str
            The model's.
        classes : sequence of str
            The model's, in the order of its outputs.
        taxonomy : str, optional
        subject : object, optional
            What to call the model in errors.

        Raises
        ------
        OptionError
            If a class of the model is none of the task's, or two are the same one.

        Examples
        --------
        >>> vocabulary = Vocabulary.of("my_moods", ["Not happy", "Happy"])
        >>> vocabulary.task.name, vocabulary.position("non_happy")
        ('mood_happy', 0)
        """
        task = _task(taxonomy or name) or (None if taxonomy else _only_task(classes))
        vocabulary = cls(task or Task.for_collection(taxonomy or name, classes), tuple(classes))
        vocabulary._check(subject)
        return vocabulary

    def position(self, label: str) -> int | None:
        """Return which of the model's outputs a label of the task means.

        Returns
        -------
        int or None
            None where the task has such a class and the model has not.

        Raises
        ------
        KeyError
            If the task has no such class.
        """
        return self._positions.get(self._match(label))

    def is_no_class(self, vote: str) -> bool:
        """Tell whether a vote says that no class suits (`NO_CLASS`).

        A task may have a class of the same name, as voice_instrumental has; then it does not.

        Examples
        --------
        >>> Vocabulary.of("mood_sad", ["non_sad", "sad"]).is_no_class("unmatched")
        True
        >>> Vocabulary.of("voice", ["instrumental", "voice"]).is_no_class("instrumental")
        False
        """
        return self.task.match(vote) is None and canonical(vote) in NO_CLASS

    def order_of(self, other: Vocabulary) -> list[int]:
        """Return where each of this model's classes stands among another model's.

        Raises
        ------
        OptionError
            If the models do not tell the same classes apart.

        Examples
        --------
        >>> one = Vocabulary.of("mood_sad", ["sad", "non_sad"])
        >>> one.order_of(Vocabulary.of("mood_sad", ["not sad", "sad"]))
        [1, 0]
        """
        mine, theirs = self._positions, other._positions
        if mine.keys() != theirs.keys():
            odd = sorted(mine.keys() ^ theirs.keys())
            raise OptionError(
                f"tell different classes apart: one of them only has {', '.join(odd)}",
                subject="the models",
                remedy="validate them one by one",
            )
        return [theirs[name] for name in mine]

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Outputs of the model by class of the task, in the order of the outputs."""
        return {self._match(name): index for index, name in enumerate(self.classes)}

    def _match(self, label: str) -> str:
        name = self.task.match(label)
        if name is None:
            raise KeyError(label)
        return name

    def _check(self, subject: object) -> None:
        unknown = [name for name in self.classes if self.task.match(name) is None]
        if unknown:
            listed = ", ".join(f"{name!r}{self.task.hint(name)}" for name in unknown)
            raise OptionError(
                f"has classes that {self.task.name} has not: {listed}",
                subject=subject,
                remedy=f"{self.task.name} has {', '.join(self.task.classes)}; give another "
                "--taxonomy",
            )
        if len(self._positions) < len(self.classes):
            raise OptionError(
                f"tells apart what is one class in {self.task.name}: {', '.join(self.classes)}",
                subject=subject,
                remedy="give another --taxonomy",
            )


def _task(name: str) -> Task | None:
    """One of the paper's tasks by its name, however it is spelled."""
    known = {canonical(task): task for task in task_names()}
    found = known.get(canonical(name))
    return load_task(found) if found else None


def _only_task(classes: Sequence[str]) -> Task | None:
    """The paper's task that has all of `classes`, where no other has."""
    tasks = [load_task(name) for name in task_names()]
    having = [task for task in tasks if all(task.match(name) for name in classes)]
    return having[0] if len(having) == 1 else None
