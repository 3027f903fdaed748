"""A model as it lies on disk: a frozen graph, and its JSON in the zoo's form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essentia_ldl.errors import ModelError
from essentia_ldl.files import write_bytes, write_json
from essentia_ldl.zoo.graphs import check_graph
from essentia_ldl.zoo.metadata import ModelMetadata, Output

_AGAIN = "export or download the model again"


@dataclass(frozen=True)
class FrozenModel:
    """A classifier's graph and metadata.

    Attributes
    ----------
    name : str
        File name without suffix, such as ``mood_happy-msd-musicnn-1``.
    metadata : ModelMetadata
    graph : bytes
        The serialised GraphDef.
    """

    name: str
    metadata: ModelMetadata
    graph: bytes

    @classmethod
    def read(cls, model_json: Path) -> FrozenModel:
        """Read a classifier from its JSON, and the ``.pb`` beside it.

        Raises
        ------
        ModelError
            If one of them is absent, damaged or refused, or they describe no classifier.
        """
        if model_json.suffix == ".pb":
            raise ModelError(
                "is a graph, whose nodes and classes are in its JSON",
                subject=model_json,
                remedy=f"give {model_json.with_suffix('.json')}",
            )
        metadata = ModelMetadata.read(model_json)
        _check_metadata(metadata, model_json)
        pb = model_json.with_suffix(".pb")
        try:
            graph = pb.read_bytes()
        except OSError as error:
            raise ModelError(
                f"cannot be read: {error.strerror}",
                subject=pb,
                remedy="put the .pb beside its JSON",
            ) from error
        if metadata.sha256 not in (None, hashlib.sha256(graph).hexdigest()):
            raise ModelError(
                "is damaged: its bytes are not those recorded in its JSON",
                subject=pb,
                remedy=_AGAIN,
            )
        schema = metadata.schema_
        outputs = (output.name for output in schema.outputs)
        check_graph(pb, schema.inputs[0].name, *outputs)
        return cls(model_json.stem, metadata, graph)

    @property
    def is_head(self) -> bool:
        """Whether it takes a backbone's embeddings; otherwise it takes patches of mel bands."""
        return self.metadata.inference.embedding_model is not None

    @property
    def predictions(self) -> Output:
        """The output that gives the classes' probabilities."""
        return require_output(self.metadata, "predictions", self.name)

    def described(self, **facts: Any) -> FrozenModel:
        """Return the model with these entries in its metadata."""
        return FrozenModel(self.name, self.metadata.model_copy(update=facts), self.graph)

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the graph and the JSON, and return their paths.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        pb, json = (folder / f"{self.name}{suffix}" for suffix in (".pb", ".json"))
        write_bytes(pb, self.graph)
        write_json(json, self.metadata.to_dict())
        return pb, json


def require_output(metadata: ModelMetadata, purpose: str, subject: object) -> Output:
    """Return the output that serves a purpose.

    Raises
    ------
    ModelError
        If the metadata name none.
    """
    output = metadata.schema_.output(purpose)
    if output is None:
        raise ModelError(
            f"names no output with output_purpose '{purpose}'", subject=subject, remedy=_AGAIN
        )
    return output


def _check_metadata(metadata: ModelMetadata, model_json: Path) -> None:
    if metadata.type.startswith("regression"):
        raise ModelError(
            "is a regression model, which has no classes",
            subject=model_json,
            remedy="give the JSON of a classifier",
        )
    size = require_output(metadata, "predictions", model_json).size
    if len(metadata.classes) != size:
        raise ModelError(
            f"names {len(metadata.classes)} classes for {size} outputs",
            subject=model_json,
            remedy=_AGAIN,
        )
