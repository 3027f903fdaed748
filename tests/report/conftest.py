"""A realistic training run as plain data."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from essentia_ldl.evaluation.accuracy_comparison import AccuracyComparison
from essentia_ldl.evaluation.bootstrap import Resampling
from essentia_ldl.evaluation.distance_comparison import DistanceComparison
from essentia_ldl.report import LabelDistributions
from essentia_ldl.report.content import VariantContent
from essentia_ldl.report.variants import Comparison, Variant

Run = tuple[dict[str, Any], LabelDistributions]
MakeRun = Callable[..., Run]
MakeVariant = Callable[..., Variant]

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "rock")
_ACCURACY = {"none": 0.86, "s_a": 0.48, "s_b": 0.69}
_P_VALUE = {"none": None, "s_a": 0.0003, "s_b": 0.021}


@pytest.fixture(scope="session")
def make_variant() -> MakeVariant:
    """Variant with any scores, confusions and comparison."""

    def make(
        name: str = "none",
        per_fold: Sequence[float] = (0.8, 0.8),
        mean: float = 0.8,
        sd: float = 0.0,
        confusion: Sequence[Sequence[int]] = ((1,),),
        loss: str = "categorical_crossentropy",
        comparison: Comparison | None = None,
    ) -> Variant:
        entry = _entry(name, loss, per_fold, mean, sd, confusion, comparison)
        return Variant(name, VariantContent.model_validate(entry), comparison, 0)

    return make


@pytest.fixture
def make_run() -> MakeRun:
    """Report and label distributions of a run with any classes, variants and skipped files."""

    def make(
        classes: Sequence[str] = GENRES,
        variants: Sequence[str] = ("none", "s_a", "s_b"),
        repeats: int = 1,
        skipped: Sequence[str] = (),
        folder: str = "/music",
    ) -> Run:
        rng = np.random.default_rng(0)
        y = np.repeat(np.arange(len(classes)), 6)
        targets = {name: _targets(name, y, len(classes), rng) for name in variants}
        report = {
            "task": "genre-test",
            "classes": list(classes),
            "n_tracks": len(y),
            "trained": "heads on msd-musicnn embeddings",
            "backbone": "msd-musicnn",
            "folds": 5,
            "repeats": repeats,
            "epochs": 150,
            "seed": 0,
            "grouped": False,
            "variants": {name: _variant(name, y, len(classes), repeats, rng) for name in variants},
            "exported": {
                "labels": variants[0],
                "pb": "out/genre-test-msd-musicnn-1.pb",
                "json": "out/genre-test-msd-musicnn-1.json",
                "sha256": "0" * 64,
                "parity_max_abs_diff": 5.96e-8,
                "snippet": 'TensorflowPredict2D(output="model/Softmax")',
            },
            "skipped": [{"path": path, "reason": "is empty (remove it)"} for path in skipped],
            "warnings": ["k = 10 is more than a class has"],
            "versions": {"python": "3.11.9", "numpy": "2.5.1"},
            "seconds": {"Extracting features": 132.4},
        }
        paths = tuple(f"{folder}/{classes[c]}/{i:03d}.wav" for i, c in enumerate(y.tolist()))
        labels = tuple(classes[c] for c in y.tolist())
        return report, LabelDistributions(paths, labels, tuple(classes), targets)

    return make


def _variant(
    name: str, y: np.ndarray[Any, Any], n_classes: int, repeats: int, rng: np.random.Generator
) -> dict[str, Any]:
    scores = np.clip(rng.normal(_ACCURACY[name], 0.05, 5 * repeats), 0, 1)
    hit = rng.random((repeats, len(y))) < _ACCURACY[name]
    predicted = np.where(hit, y, rng.integers(n_classes, size=hit.shape))
    confusion = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(confusion, (np.broadcast_to(y, hit.shape), predicted), 1)
    loss = "categorical_crossentropy" if name == "none" else "mean_absolute_error"
    p = _P_VALUE[name]
    comparison = None if p is None else Comparison(0.0, p, p)
    mean, sd = float(scores.mean()), float(scores.std(ddof=1))
    return _entry(name, loss, scores.tolist(), mean, sd, confusion.tolist(), comparison)


def _entry(
    name: str,
    loss: str,
    per_fold: Sequence[float],
    mean: float,
    sd: float,
    confusion: Sequence[Sequence[int]],
    comparison: Comparison | None,
) -> dict[str, Any]:
    return {
        "loss": loss,
        "balanced_accuracy": {
            "pooled": mean,
            "fold_mean": mean,
            "fold_sd": sd,
            "per_fold": per_fold,
        },
        "confusion": confusion,
        "log_loss": 0.4321,
        "p_value_vs_none": comparison and comparison.p_corrected,
        "p_value_vs_none_independent": comparison and comparison.p_independent,
        "label_enhancement": {"description": f"about {name}", "n_neighbors": 10},
    }


def _targets(
    name: str, y: np.ndarray[Any, Any], n_classes: int, rng: np.random.Generator
) -> np.ndarray[Any, np.dtype[np.float64]]:
    if name == "none":
        return np.asarray(np.eye(n_classes)[y], dtype=np.float64)
    drawn = rng.integers(n_classes, size=(len(y), 10))
    neighbours = np.where(rng.random((len(y), 10)) < 0.6, y[:, None], drawn)
    return np.asarray(np.eye(n_classes)[neighbours].mean(axis=1), dtype=np.float64)


@pytest.fixture
def findings() -> dict[str, Any]:
    """A short audit and memorisation checks, as a report has them."""
    track = {
        "path": "/music/rock/a & b.wav",
        "label": "rock",
        "suggested_label": "metal",
        "suspicion": 0.934,
        "ambiguity": 0.412,
        "distribution": {"blues": 0.01, "metal": 0.9, "pop": 0.004, "rock": 0.066},
    }
    undecided = {**track, "path": "/music/c.wav", "suggested_label": "rock", "ambiguity": 0.981}
    return {
        "audit": {"suspicious": [track], "ambiguous": [undecided]},
        "memorisation": {
            "s_a": {"own_class": 0.4, "permuted": 0.112, "by_chance": 0.111, "flagged": False},
            "s_b": {"own_class": 0.97, "permuted": 0.951, "by_chance": 0.111, "flagged": True},
        },
    }


MakeReport = Callable[..., dict[str, Any]]


@pytest.fixture
def make_validation() -> MakeReport:
    """What a validation on forty tracks found, in plain JSON types."""

    def make(
        classes: tuple[str, ...] = ("blues", "jazz", "rock"),
        models: tuple[str, ...] = ("one", "two"),
        missing: int = 1,
        odd: str = "14/214.mp3",
        **changes: Any,
    ) -> dict[str, Any]:
        rng = np.random.default_rng(0)
        n_classes, how = len(classes), Resampling(n_resamples=50)
        rows = {name: rng.dirichlet(np.ones(n_classes), size=40) for name in models}
        votes = rng.multinomial(3, np.full(n_classes, 1 / n_classes), size=40) / 3
        y = np.arange(40) % (n_classes - 1)  # The last class has no track.
        report = {
            "task": "genre_test",
            "classes": list(classes),
            "source": "/music/raw.tsv",
            "audio": "/music/audio",
            "min_votes": 2,
            "n_tracks": 40,
            "left_out": {"where no annotator names a class": 3},
            "missing": [{"path": odd, "reason": "is not there (x)"}] * missing,
            "unreadable": [{"path": odd, "reason": "is silent (remove it)"}],
            "models": {
                name: {
                    "path": f"/models/{name}.json",
                    "name": "genre_test",
                    "backbone": "msd-musicnn-1",
                    "engine": "essentia",
                    "seconds": 1.5,
                }
                for name in models
            },
            "accuracy": AccuracyComparison.of(y, rows, how=how).to_dict(),
            "distances": {
                **DistanceComparison.of(votes, rows, how=how).to_dict(),
                "tracks_per_votes": {"2": 10, "3": 30},
            },
            "intervals": {
                "n_resamples": 50,
                "confidence": 0.95,
                "seed": 0,
                "unit": "artist",
                "n_units": 9,
            },
            "warnings": ["no track is rock"],
            "versions": {"python": "3.11.9"},
        }
        return {**report, **changes}

    return make
