"""The backbones that this package knows: the zoo JSON files shipped with it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from essentia_ldl.errors import BackboneError
from essentia_ldl.zoo.metadata import ModelMetadata

#: The zoo's folder of backbones, each in a folder of its family.
FEATURE_EXTRACTORS = "feature-extractors"


def name_of(model_name: str) -> str:
    """Return a model's name without its version.

    Examples
    --------
    >>> name_of("msd-musicnn-1")
    'msd-musicnn'
    """
    return re.sub(r"-\d+$", "", model_name)


@dataclass(frozen=True)
class Registration:
    """A backbone that can be built, installed or downloaded.

    Attributes
    ----------
    family : str
        The zoo's folder for it, such as ``musicnn``.
    model_name : str
        Its file name in the zoo, without suffix, such as ``msd-musicnn-1``.
    metadata : ModelMetadata
        As shipped: without the provenance of a particular file.
    """

    family: str
    model_name: str
    metadata: ModelMetadata

    @property
    def name(self) -> str:
        """What users call it, such as ``msd-musicnn``."""
        return name_of(self.model_name)

    @property
    def how_to_get(self) -> str:
        """What a user does to have it."""
        build = f"essentia-ldl backbones build {self.name}"
        if self.metadata.checkpoint:
            return f"run: {build}"
        link = self.metadata.link
        return f"download {link}, and run: {build} --from {self.model_name}.pb"

    def graph_in(self, models_dir: Path) -> Path:
        """Path of the graph in a folder that is laid out as the zoo is."""
        return models_dir / FEATURE_EXTRACTORS / self.family / f"{self.model_name}.pb"


def registered_backbones() -> Mapping[str, ModelMetadata]:
    """Return the metadata of the backbones that this package knows, by name.

    Examples
    --------
    >>> list(registered_backbones())
    ['audioset-vggish', 'discogs-effnet-bs64', 'discogs-maest-30s-pw', 'msd-musicnn', 'msd-vgg']
    """
    return {name: registration.metadata for name, registration in _registrations().items()}


def registration_of(name: str) -> Registration | None:
    """Return the backbone that goes by this name, or None.

    It may lack the version, and what follows a family's name where the family has one member:
    ``discogs-maest-30s-pw-2``, ``discogs-maest-30s-pw`` and ``discogs-maest`` are the same.
    """
    registration = _registrations().get(name_of(name))
    if registration and name in (registration.name, registration.model_name):
        return registration
    family = [known for known in _registrations().values() if known.name.startswith(f"{name}-")]
    return family[0] if len(family) == 1 else None


def require_registration(name: str) -> Registration:
    """Return the backbone that goes by this name.

    Raises
    ------
    BackboneError
        If there is none; the message gives the nearest names.
    """
    registration = registration_of(name)
    if registration is None:
        raise unknown_backbone(name)
    return registration


def unknown_backbone(name: str) -> BackboneError:
    """Return the error for a name that stands for no backbone."""
    known = list(_registrations())
    near = difflib.get_close_matches(name, known, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
    return BackboneError(
        f"is no backbone; {hint}",
        subject=name,
        remedy="`essentia-ldl backbones` lists the known ones; for another, put its .pb and zoo "
        "JSON into the folder of --models",
    )


@lru_cache(maxsize=1)
def _registrations() -> Mapping[str, Registration]:
    found = [
        Registration(
            family.name,
            entry.name.removesuffix(".json"),
            ModelMetadata.parse(entry.read_bytes(), subject=entry),
        )
        for family in files("essentia_ldl.models").joinpath(FEATURE_EXTRACTORS).iterdir()
        if family.is_dir()
        for entry in family.iterdir()
        if entry.name.endswith(".json")
    ]
    ordered = sorted(found, key=lambda registration: registration.model_name)
    return MappingProxyType({registration.name: registration for registration in ordered})
