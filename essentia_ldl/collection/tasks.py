"""The ten classification tasks of the paper, as data under models/tasks.

A task's file also names what its numbers come from: the reference of the settings, and the
collection that the paper trained on, with its size in excerpts and its citation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from essentia_ldl.collection.spelling import canonical, safe_name
from essentia_ldl.errors import OptionError

if TYPE_CHECKING:
    from importlib.abc import Traversable

# The tasks whose settings a task of the user's own takes over: a mood for two classes, a genre
# otherwise (the paper's section on experiments knows these two kinds).
_TWO_CLASSES = "mood_acoustic"
_MORE_CLASSES = "genre_dortmund"


@dataclass(frozen=True)
class Task:
    """What a classifier is to tell apart, and the paper's settings for it.

    Parameters
    ----------
    name : str
        In the spelling of Essentia's model zoo.
    classes : tuple of str
        In the order of the zoo's model outputs.
    n_components : int
        Dimensions that LMNN projects to.
    n_neighbors : mapping of str to int
        Neighbours that k-NN smoothing averages, by preset of label enhancement: "s_a" and "s_b".
    aliases : mapping of str to tuple of str, optional
        Other names of a class, as annotations and collections spell it.
    collection : str, optional
        What the paper trained on, such as "GTZAN".
    collection_size : int, optional
        How many excerpts the paper has of it; 0 where there is no such collection.

    Examples
    --------
    >>> task = load_task("genre-rosamerica")
    >>> task.classes
    ('cla', 'dan', 'hip', 'jaz', 'pop', 'rhy', 'roc', 'spe')
    >>> task.match("Rhythm & Blues"), task.n_components, task.n_neighbors["s_b"]
    ('rhy', 64, 10)
    """

    name: str
    classes: tuple[str, ...]
    n_components: int
    n_neighbors: Mapping[str, int] = field(hash=False)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    collection: str = ""
    collection_size: int = 0

    @classmethod
    def for_collection(cls, name: str, classes: Sequence[str]) -> Task:
        """Return the task of a collection.

        Where `name` is one of the paper's, it is that one. A collection of one's own takes the
        paper's settings for moods where it has two classes, and those for genres otherwise.

        Parameters
        ----------
        name : str
            Made fit for file names where it is not.
        classes : sequence of str

        Examples
        --------
        >>> Task.for_collection("demo", ["acoustic", "electronic"]).n_neighbors["s_b"]
        30
        >>> Task.for_collection("my_genres", ["jazz", "pop", "rock"]).n_components
        64
        """
        if _spelled(name) in task_names():
            return load_task(name)
        model = load_task(_TWO_CLASSES if len(classes) == 2 else _MORE_CLASSES)
        return cls(
            name=safe_name(name),
            classes=tuple(classes),
            n_components=model.n_components,
            n_neighbors=model.n_neighbors,
        )

    def match(self, label: str) -> str | None:
        """Return the class that a label means, or None.

        A class's own spelling comes first, then its aliases; case, blanks, punctuation and the
        choice among non, not and no do not count.

        Examples
        --------
        >>> load_task("mood_party").match("NOT party"), load_task("mood_party").match("sad")
        ('non_party', None)
        """
        return label if label in self.classes else self._index.get(canonical(label))

    def lookalikes(self) -> tuple[tuple[str, ...], ...]:
        """Classes that differ in nothing but their spelling.

        None of the paper's tasks has any. In a collection of one's own they are one class
        named in two ways (folders "Rock" and "rock"), or they are not: the keys C and C#, the
        chords Am and AM. So they are kept apart, and worth a warning.

        Examples
        --------
        >>> Task.for_collection("mine", ["Rock", "jazz", "rock"]).lookalikes()
        (('Rock', 'rock'),)
        """
        alike: dict[str, list[str]] = {}
        for name in self.classes:
            alike.setdefault(canonical(name), []).append(name)
        return tuple(tuple(names) for names in alike.values() if len(names) > 1)

    def hint(self, label: str) -> str:
        """Name the classes nearest to a label that is none of them; empty where none is near.

        Examples
        --------
        >>> print("raggae" + load_task("genre_tzanetakis").hint("raggae"))
        raggae (nearest: reg, for reggae)
        """
        index = self._index
        near = get_close_matches(canonical(label), index, n=3)
        names = list(dict.fromkeys(index[spelling] for spelling in near))
        described = [
            f"{name}, for {self.aliases[name][0]}" if self.aliases.get(name) else name
            for name in names
        ]
        return f" (nearest: {'; '.join(described)})" if described else ""

    @cached_property
    def _index(self) -> dict[str, str]:
        """Classes by the canonical form of their names and aliases; names win over aliases."""
        aliases = {canonical(a): name for name in self.classes for a in self.aliases.get(name, ())}
        return aliases | {canonical(name): name for name in self.classes}


@cache
def task_names() -> tuple[str, ...]:
    """Names of the paper's ten tasks, sorted.

    Examples
    --------
    >>> task_names()[:3]
    ('genre_dortmund', 'genre_rosamerica', 'genre_tzanetakis')
    """
    names = (file.name for file in _folder().iterdir() if file.name.endswith(".json"))
    return tuple(sorted(name.removesuffix(".json") for name in names))


@cache
def load_task(name: str) -> Task:
    """Load one of the paper's tasks.

    Parameters
    ----------
    name : str
        As "genre_dortmund"; ``-`` serves for ``_``, and case does not count.

    Raises
    ------
    OptionError
        If the paper has no such task.

    Examples
    --------
    >>> load_task("mood-sad").classes
    ('non_sad', 'sad')
    """
    spelled = _spelled(name)
    if spelled not in task_names():
        near = nearest_task(name, similarity=0.6)
        raise OptionError(
            "is none of the paper's tasks" + (f"; the nearest is {near}" if near else ""),
            subject=name,
            remedy=f"they are {', '.join(task_names())}",
        )
    content: dict[str, Any] = json.loads((_folder() / f"{spelled}.json").read_text("utf-8"))
    return Task(
        name=content["name"],
        classes=tuple(content["classes"]),
        n_components=content["n_components"],
        n_neighbors=content["n_neighbors"],
        aliases={key: tuple(value) for key, value in content["aliases"].items()},
        collection=content["collection"],
        collection_size=content["collection_size"],
    )


def nearest_task(name: str, similarity: float) -> str:
    """Name the one of the paper's tasks that is spelled most like `name`; empty where none is.

    Parameters
    ----------
    name : str
    similarity : float
        From 0 to 1, that it has to have (difflib's ratio).

    Examples
    --------
    >>> nearest_task("genre_tzanetaki", 0.9), nearest_task("mood_calm", 0.9)
    ('genre_tzanetakis', '')
    """
    return next(iter(get_close_matches(_spelled(name), task_names(), n=1, cutoff=similarity)), "")


def _spelled(name: str) -> str:
    return name.strip().casefold().replace("-", "_")


def _folder() -> Traversable:
    return files("essentia_ldl.models") / "tasks"
