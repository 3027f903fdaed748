"""What to compare in an experiment, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from essentia_ldl.errors import OptionError
from essentia_ldl.features import EMBEDDING, MFCCExtractor
from essentia_ldl.labels import BASELINE, Preset, preset, split_presets
from essentia_ldl.networks.losses import find_loss

_MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class Settings:
    """How to compare and train.

    Attributes
    ----------
    variants : tuple of Preset
        Label enhancements to compare; the first is the baseline.
    export : Preset
        The variant whose model is trained on everything.
    losses : mapping of str to str
        Loss by variant's name, or of all under the key ""; the preset's where it says nothing.
    folds, repeats, epochs, seed : int
    mfcc : MFCCExtractor
        How the spaces of MFCC are computed, for variants that look for neighbours there.
    """

    variants: tuple[Preset, ...]
    export: Preset
    losses: Mapping[str, str]
    folds: int
    repeats: int
    epochs: int
    seed: int
    mfcc: MFCCExtractor = field(default_factory=MFCCExtractor)

    @classmethod
    def of(
        cls,
        labels: str | Sequence[str],
        losses: Mapping[str, str],
        *,
        export: str,
        folds: int,
        repeats: int,
        epochs: int,
        seed: int,
    ) -> Settings:
        """Check the names, and add the baseline and the exported variant where they are absent.

        Raises
        ------
        OptionError
            If there is no such preset or loss, a loss is for a variant that is not trained, or
            a number is out of range.
        """
        _check_numbers(folds=(folds, 2), repeats=(repeats, 1), epochs=(epochs, 1), seed=(seed, 0))
        if isinstance(labels, str):
            labels = split_presets(labels)
        exported = preset(export)
        variants = tuple(dict.fromkeys([preset(BASELINE), *map(preset, labels), exported]))
        names = [variant.name for variant in variants]
        losses = {variant and preset(variant).name: loss for variant, loss in losses.items()}
        unknown = set(losses) - {"", *names}
        if unknown:
            raise OptionError(
                f"a loss is given for {', '.join(sorted(unknown))}, which is not trained",
                remedy=f"trained are {', '.join(names)}",
            )
        for loss in losses.values():
            find_loss(loss)
        return cls(variants, exported, losses, folds, repeats, epochs, seed)

    def loss(self, variant: Preset) -> str:
        """Loss that a variant trains with: the one asked for, or the preset's."""
        return self.losses.get(variant.name) or self.losses.get("") or variant.loss

    def uses_mfcc(self, *variants: Preset) -> bool:
        """Whether one of the variants compares tracks in a space of MFCC."""
        return any(variant.space in self.mfcc.arrays for variant in variants)

    def uses_embedding(self, *variants: Preset) -> bool:
        """Whether one of the variants compares tracks by a backbone's embeddings."""
        return any(variant.space == EMBEDDING for variant in variants)


def _check_numbers(**given: tuple[int, int]) -> None:
    """Compare each number with the least it may be, and with what a seed may be at most."""
    for name, (value, least) in given.items():
        if not least <= value <= _MAX_SEED:
            raise OptionError(f"must be between {least} and {_MAX_SEED}, not {value}", subject=name)
