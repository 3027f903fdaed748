"""The networks that can be trained whole, and where each is cut; building one loads Keras."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from essentia_ldl.errors import OptionError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Architecture:
    """A network for mel patches of 187 x 96.

    Attributes
    ----------
    name, title : str
        What users call it, and how texts spell it.
    build : callable
        ``build(n_classes)`` gives it with fresh weights: a functional model from patches to
        class probabilities, the last layer of which, "predictions", is a softmax over logits.
    features_layer : str
        Layer that ends the convolutional part: what lies behind it trains in mode frozen.
    penultimate_layer, penultimate_node : str
        Layer that an exported graph gives beside the probabilities, and that output's name.
    penultimate_size : int
        Number of its values.
    backbone : str
        The registered backbone whose published weights fit.
    """

    name: str
    title: str
    build: Callable[[int], keras.Model]
    features_layer: str
    penultimate_layer: str
    penultimate_node: str
    penultimate_size: int
    backbone: str


def _musicnn(n_classes: int) -> keras.Model:
    from essentia_ldl.networks.musicnn import musicnn

    return musicnn(n_classes, activation="softmax")


def _vgg(n_classes: int) -> keras.Model:
    from essentia_ldl.networks.vgg import vgg

    return vgg(n_classes, activation="softmax")


ARCHITECTURES: Mapping[str, Architecture] = MappingProxyType(
    {
        architecture.name: architecture
        for architecture in (
            Architecture(
                "musicnn",
                "MusiCNN",
                _musicnn,
                features_layer="flatten",
                penultimate_layer="dense",
                penultimate_node="model/dense/BiasAdd",
                penultimate_size=200,
                backbone="msd-musicnn",
            ),
            Architecture(
                "vgg",
                "VGG",
                _vgg,
                features_layer="flatten",
                penultimate_layer="flatten",
                penultimate_node="model/flatten/Reshape",
                penultimate_size=256,
                backbone="msd-vgg",
            ),
        )
    }
)


def find_architecture(name: str) -> Architecture:
    """Return the network of that name.

    Raises
    ------
    OptionError
        If there is none.

    Examples
    --------
    >>> find_architecture("vgg").title
    'VGG'
    """
    try:
        return ARCHITECTURES[name]
    except KeyError:
        raise OptionError(
            "no such network", subject=name, remedy=f"use one of {', '.join(ARCHITECTURES)}"
        ) from None
