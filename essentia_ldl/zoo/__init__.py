"""Essentia's model zoo as data: metadata, and the backbones on this machine."""

from essentia_ldl.zoo.backbones import Backbone, cache_folder, find_backbone, models_folder
from essentia_ldl.zoo.metadata import ModelMetadata
from essentia_ldl.zoo.registry import registered_backbones

__all__ = [
    "Backbone",
    "ModelMetadata",
    "cache_folder",
    "find_backbone",
    "models_folder",
    "registered_backbones",
]
