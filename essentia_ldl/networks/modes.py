"""How a network is trained, and from which weights on: the paper's two ways, and one between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from essentia_ldl.errors import OptionError
from essentia_ldl.zoo.frontends import MUSICNN


@dataclass(frozen=True)
class Mode:
    """A way of training.

    Attributes
    ----------
    name : str
        What users call it.
    description : str
        Ends the sentence "MusiCNN, ..." in reports.
    pretrained : bool
        Whether it starts from the weights that were trained on the Million Song Dataset, all but
        those of the output layer.
    frozen : bool
        Whether the convolutions, and the batch norms among them, stay as they are. The dense part
        then trains on convolutional features that are computed once.
    learning_rate : float
        Of Adam.
    epochs : int
        By default; from scratch and pre-trained as in the paper.
    patch_hop : int
        Frames from one patch that training may draw to the next. Patches at every frame teach
        more; frozen, they are those that Essentia cuts, whose features are few enough to keep.
    """

    name: str
    description: str
    pretrained: bool
    frozen: bool
    learning_rate: float
    epochs: int
    patch_hop: int


#: A tenth of the rate at which the pre-trained weights would be trained afresh: enough for the new
#: output layer, and little enough for the rest to keep what it knows.
_FINE = 1e-4

MODES: Mapping[str, Mode] = MappingProxyType(
    {
        mode.name: mode
        for mode in (
            Mode("scratch", "trained from scratch", False, False, 1e-3, 600, 1),
            Mode(
                "frozen",
                "pre-trained on MSD, its convolutions frozen",
                True,
                True,
                1e-3,
                150,
                MUSICNN.patch_hop_size,
            ),
            Mode("finetuned", "pre-trained on MSD and fine-tuned", True, False, _FINE, 150, 1),
        )
    }
)


def find_mode(name: str) -> Mode:
    """Return the mode of that name.

    Raises
    ------
    OptionError
        If there is none.

    Examples
    --------
    >>> find_mode("scratch").epochs
    600
    """
    try:
        return MODES[name]
    except KeyError:
        raise OptionError(
            "no such mode", subject=name, remedy=f"use one of {', '.join(MODES)}"
        ) from None
