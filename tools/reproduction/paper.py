"""What the paper's own tables say, as far as it is known here.

Buisson, Alonso-Jiménez and Bogdanov, "Ambiguity modelling with label distribution learning for
music classification", ICASSP 2022. Of Table 2, only the figures of GTZAN's cross-validation and
the mean effects over its rows are known; other rows are left empty rather than guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Class-weighted accuracy in 5-fold cross-validation (5F), by task and labels.
FIVE_FOLD: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"genre_tzanetakis": MappingProxyType({"none": 0.79, "s_a": 0.76, "s_b": 0.77})}
)

#: What labels change in external accuracy, on average over all rows of Table 2.
MEAN_EXTERNAL_EFFECT: Mapping[str, float] = MappingProxyType({"s_a": -0.039, "s_b": 0.003})
