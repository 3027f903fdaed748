"""A preset of label enhancement, and what can be chosen of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from essentia_ldl.errors import OptionError
from essentia_ldl.labels.base import LabelEnhancer
from essentia_ldl.labels.builders import Make, Situation
from essentia_ldl.labels.parameters import Parameter, Value


@dataclass(frozen=True)
class Preset:
    """A label enhancement with its parameters, chosen or by default.

    Attributes
    ----------
    name : str
        What options and reports call it: equal choices have equal names, as parameters stand in
        the table's order and those that are at their defaults are left out.
    space : str or None
        The name of the features that the enhancer is fitted on (`Features.space`); None where
        it needs none.
    loss : str
        The Keras loss that these labels are trained with where no other is asked for.
    description : str
        One line for people.
    make : callable
        Makes the enhancer; see `build`.
    parameters : tuple of Parameter
        What may be chosen after a colon, as in ``s_b:solver=lbfgs``.
    of_votes : bool
        Whether the tracks' votes are smoothed, by the parameter alpha.
    chosen : mapping of str to value
        What was chosen and is not the default.

    Examples
    --------
    >>> from essentia_ldl.labels import preset
    >>> s_a = preset("s_a")
    >>> s_a.space, s_a.loss
    ('mfcc_s', 'mean_absolute_error')
    >>> s_a.build(n_neighbors={"s_a": 30}, n_components=64, random_state=0)
    KNNSmoothing(n_neighbors=30)
    """

    name: str
    space: str | None
    loss: str
    description: str
    make: Make = field(repr=False, compare=False)
    parameters: tuple[Parameter, ...] = field(default=(), repr=False, compare=False)
    of_votes: bool = field(default=False, repr=False, compare=False)
    chosen: Mapping[str, Value] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    def build(
        self, *, n_neighbors: Mapping[str, int], n_components: int, random_state: int | None
    ) -> LabelEnhancer:
        """Make the enhancer, not fitted.

        Parameters
        ----------
        n_neighbors : mapping of str to int
            k of the paper's k-NN smoothing by preset (paper: 10, but 30 for mood tasks under
            s_b).
        n_components : int
            Dimensions that LMNN maps to (paper: 64 for genre tasks, 32 for mood tasks).
        random_state : int or None
            Seeds what is random in it.

        Raises
        ------
        KeyError
            If `n_neighbors` lacks the preset and it needs it.
        """
        return self.make(self.values, Situation(n_neighbors, n_components, random_state))

    @property
    def values(self) -> Mapping[str, Value | None]:
        """Every parameter's value, chosen or by default."""
        return {entry.name: entry.default for entry in self.parameters} | dict(self.chosen)

    @property
    def vote_alpha(self) -> float:
        """Votes that every class is given besides, where annotators voted on a track."""
        return float(self.values["alpha"] or 0) if self.of_votes else 0.0

    @property
    def splits(self) -> bool:
        """Whether the enhancer splits the tracks that it is fitted on, by group."""
        return bool(self.values.get("parts") or self.values.get("cross_fit"))

    def choose(self, text: str) -> Preset:
        """Return this preset with parameters chosen: ``k=5,blend=0.5``.

        Raises
        ------
        OptionError
            If there is no such parameter or value, or two exclude each other; those there are
            are named.

        Examples
        --------
        >>> from essentia_ldl.labels import preset
        >>> preset("knn").choose("blend=.50, k=5, weights=uniform").name
        'knn:k=5,blend=0.5'
        """
        given: dict[str, Value] = {}
        for part in text.split(","):
            name, _, written = (piece.strip() for piece in part.partition("="))
            if name in given:
                raise OptionError(
                    f"gives {name} twice", subject=f"{self.name}:{text}", remedy="leave one out"
                )
            given[name] = self._read(text, name, written)
        values = {**self.values, **given}
        self._check_together(text, values)
        chosen = {
            entry.name: value
            for entry in self.parameters
            if (value := values[entry.name]) is not None and value != entry.default
        }
        told = ",".join(
            f"{entry.name}={entry.text(chosen[entry.name])}"
            for entry in self.parameters
            if entry.name in chosen
        )
        bare = self.name.partition(":")[0]
        return replace(
            self,
            name=f"{bare}:{told}" if told else bare,
            space=str(values["space"]) if "space" in values else self.space,
            chosen=MappingProxyType(chosen),
        )

    def _read(self, text: str, name: str, value: str) -> Value:
        subject = f"{self.name}:{text}"
        for entry in self.parameters:
            if entry.name == name:
                try:
                    return entry.read(value)
                except ValueError:
                    reason = f"{name} must be {entry.kind}, not {value!r}"
                    raise OptionError(reason, subject=subject, remedy=str(entry)) from None
        reason = f"{self.name} has no parameter {name!r}" if name else "names no parameter"
        raise OptionError(reason, subject=subject, remedy=self.what_can_be_chosen())

    def _check_together(self, text: str, values: Mapping[str, Value | None]) -> None:
        """Refuse what would mean nothing: a track that counts by its distance from itself."""
        if not values.get("include_self"):
            return
        other = "weights=distance" if values["weights"] == "distance" else ""
        other = "cross_fit" if values.get("cross_fit") else other
        if other:
            raise OptionError(
                f"include_self=yes means nothing with {other}",
                subject=f"{self.name}:{text}",
                remedy="leave one of them out",
            )

    def what_can_be_chosen(self) -> str:
        """Name the parameters, and what each may be."""
        if not self.parameters:
            return f"use {self.name} alone"
        return "choose " + "; ".join(f"{entry.name}={entry.kind}" for entry in self.parameters)
