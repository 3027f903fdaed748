"""Seeded choices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def one_of(rng: np.random.Generator, choices: Sequence[T]) -> T:
    """Choose one, all being equally likely."""
    return choices[int(rng.integers(len(choices)))]
