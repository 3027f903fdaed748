"""How near enhancers come to label distributions that are known."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from essentia_ldl.labels import LabelEnhancer, LabelWarning, VoteDistribution, align, preset
from essentia_ldl.labels.metrics import intersection, kullback_leibler
from tools.noisy_labels.methods import ROBUST
from tools.noisy_labels.pyldl_peer import PEERS, SLOW, PyLDLEnhancer
from tools.noisy_labels.truths import Known

Values = NDArray[np.float64]

_PRESETS = {
    "none": "none",
    "uniform": "uniform",
    ROBUST: ROBUST,
    "teacher": "teacher:repeats=3",
    "teacher, half label": "teacher:repeats=3,blend=0.5",
    "k-NN": "knn:k=10",
    "k-NN, half label": "knn:k=5,blend=0.5",
    "prototype": "prototype",
    "propagation": "propagation",
    # Flattened: these temperatures were chosen on the demo's blends, not on the drawn votes.
    "teacher, flattened": "teacher:repeats=3,temperature=3",
    "prototype, flattened": "prototype:temperature=1",
    "propagation, flattened": "propagation:temperature=2",
}
_VOTES = {"votes": 0.0, "votes + 0.5": 0.5}

PEER = "PyLDL "


@dataclass(frozen=True)
class Recovered:
    """One enhancer on one kind of tracks.

    Attributes
    ----------
    title : str
        The tracks.
    enhancer : str
    divergence, intersection : float
        Kullback-Leibler divergence from the truth (nats), and mass shared with it: means over
        tracks and draws.
    n_draws : int
    seconds : float
        CPU seconds of a fit in this process, or a peer's by the clock.
    failure : str
        Why there are no figures; empty where there are.
    """

    title: str
    enhancer: str
    divergence: float | None
    intersection: float | None
    n_draws: int
    seconds: float
    failure: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return what a file holds of it."""
        return asdict(self)


Recover = Callable[[Known], Values]


def recover(
    draws: Iterable[Known],
    pyldl: str | None,
    told: Callable[[str], None],
    peers: Sequence[str] = PEERS,
) -> list[Recovered]:
    """Fit every enhancer to the labels of every draw, and compare with the truth.

    Parameters
    ----------
    draws : iterable of Known
        Draws of one title are averaged. PyLDL's slow enhancers see the first of them alone.
    pyldl : str or None
        The interpreter of an environment with python-ldl.
    told : callable
        Gets a line about each fit.
    peers : sequence of str
        Which of PyLDL's enhancers take part.
    """
    by_title: dict[str, list[Known]] = {}
    for known in draws:
        by_title.setdefault(known.title, []).append(known)
    return [
        _recovered(title, name, enhance, of_title[: 1 if _is_slow(name) else None], told)
        for title, of_title in by_title.items()
        for name, enhance in _enhancers(of_title[0], pyldl, peers).items()
    ]


def _is_slow(name: str) -> bool:
    return any(name.startswith(f"{PEER}{slow}") for slow in SLOW)


def _recovered(
    title: str,
    name: str,
    enhance: Recover,
    draws: list[Known],
    told: Callable[[str], None],
) -> Recovered:
    start = time.monotonic()
    try:
        found = [(known, enhance(known)) for known in draws]
    except Exception as error:  # noqa: BLE001 - a peer may raise anything
        told(f"{title}: {name}: {error}")
        return Recovered(title, name, None, None, len(draws), 0.0, f"{error}"[:200])
    seconds = (time.monotonic() - start) / len(draws)
    divergences, shared = (
        float(np.mean([measure(known.truth, d)[known.judged].mean() for known, d in found]))
        for measure in (kullback_leibler, intersection)
    )
    told(f"{title}: {name}: KL {divergences:.3f}, intersection {shared:.3f}")
    return Recovered(title, name, divergences, shared, len(draws), round(seconds, 3))


def _enhancers(known: Known, pyldl: str | None, peers: Sequence[str]) -> Mapping[str, Recover]:
    found: dict[str, Recover] = {}
    for name, text in _PRESETS.items():
        chosen = preset(text)
        enhancer = chosen.build(n_neighbors={}, n_components=1, random_state=0)
        found[name] = _of_label(enhancer)
    if known.votes.sum(axis=1).max() > 1:
        for name, alpha in _VOTES.items():
            found[name] = _of_votes(alpha)
    if pyldl:
        for name in peers:
            peer = PyLDLEnhancer(name, python=pyldl, seconds=300)
            found[f"{PEER}{name}"] = _of_label(peer)
            found[f"{PEER}{name}, standardised"] = _of_label(peer, standardise=True)
    return found


def _of_label(enhancer: LabelEnhancer, *, standardise: bool = False) -> Recover:
    def enhance(known: Known) -> Values:
        X = known.X
        if standardise:
            X = (X - X.mean(axis=0)) / np.maximum(X.std(axis=0), 1e-9)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LabelWarning)
            fitted = enhancer.fit(X, known.labels, known.groups)
        n_classes = known.truth.shape[1]
        return align(fitted.label_distributions_, fitted.classes_, range(n_classes))

    return enhance


def _of_votes(alpha: float) -> Recover:
    def enhance(known: Known) -> Values:
        n_classes = known.truth.shape[1]
        seen = np.unique(known.labels)
        if len(seen) < n_classes:
            raise ValueError("a class that nobody voted for")
        return VoteDistribution(alpha).fit_transform(known.votes, known.labels)

    return enhance
