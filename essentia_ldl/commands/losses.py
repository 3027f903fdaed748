"""The option --loss: a loss for all label variants, or for some."""

from __future__ import annotations

from essentia_ldl.errors import OptionError
from essentia_ldl.networks.losses import LOSSES


def read_losses(text: str) -> dict[str, str]:
    """Read losses by variant, with the key "" for all variants.

    Commas stand between losses as well as within a variant's parameters, so a variant with
    parameters goes on until its loss comes.

    Raises
    ------
    OptionError
        If a variant is named without a loss, twice, or with one that there is not.

    Examples
    --------
    >>> read_losses("mean_absolute_error, s_a=categorical_crossentropy")
    {'': 'mean_absolute_error', 's_a': 'categorical_crossentropy'}
    >>> read_losses("knn:k=5,blend=0.5=categorical_crossentropy")
    {'knn:k=5,blend=0.5': 'categorical_crossentropy'}
    """
    losses: dict[str, str] = {}
    begun: list[str] = []
    for part in filter(None, map(str.strip, text.split(","))):
        variant, _, loss = (piece.strip() for piece in part.rpartition("="))
        if (begun or ":" in part) and loss not in LOSSES:
            begun.append(part)
            continue
        if not loss:
            raise OptionError("names no loss", subject=f"--loss {text}")
        named = ",".join([*begun, variant])
        if named in losses:
            raise OptionError(
                f"names two losses for {named or 'all variants'}",
                subject=f"--loss {text}",
                remedy="leave one out",
            )
        losses[named] = loss
        begun = []
    if begun:
        raise OptionError(
            f"names no loss after {','.join(begun)}",
            subject=f"--loss {text}",
            remedy=f"end it with = and one of {', '.join(LOSSES)}",
        )
    return losses
