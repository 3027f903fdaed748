"""The zoo's JSON metadata as typed data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from essentia_ldl.errors import ModelError


class _Part(BaseModel):
    # The zoo adds keys freely, and a file that is read and written again keeps them.
    model_config = ConfigDict(extra="allow", populate_by_name=True, frozen=True)


class Dataset(_Part):
    """What a model was trained on."""

    name: str = ""
    citation: str = ""
    size: str = ""
    metrics: dict[str, Any] = Field(default_factory=dict)


class Input(_Part):
    """A graph's input node; `shape` leaves out the batch dimension."""

    name: str
    type: str = "float"
    shape: list[int]


class Output(_Part):
    """A graph's output node; `shape` leaves out the batch dimension."""

    name: str
    type: str = "float"
    shape: list[int]
    op: str = ""
    output_purpose: str = ""
    description: str = ""


class Schema(_Part):
    """A graph's inputs and outputs."""

    inputs: list[Input] = Field(min_length=1)
    outputs: list[Output] = Field(min_length=1)

    def output(self, purpose: str) -> Output | None:
        """Return the first output with this `output_purpose`, or None."""
        return next((node for node in self.outputs if node.output_purpose == purpose), None)


class EmbeddingModel(_Part):
    """The backbone whose embeddings a head takes."""

    algorithm: str
    model_name: str
    link: str = ""


class Inference(_Part):
    """How Essentia runs a model."""

    sample_rate: int
    algorithm: str
    embedding_model: EmbeddingModel | None = None


class ModelMetadata(_Part):
    """Metadata of a model in Essentia's zoo form (essentia.upf.edu/models.html).

    `schema_` is the JSON key ``schema``; `label_enhancement` and `training` are this
    project's additions, absent from the zoo's own files.
    """

    name: str
    type: Literal[
        "multi-class classifier", "multi-label classifier", "regression model", "auto-tagging",
        "feature extractor",
    ] | str = ""
    link: str = ""
    version: str = "1"
    description: str = ""
    author: str = ""
    email: str = ""
    release_date: str = ""
    framework: str = "tensorflow"
    framework_version: str = ""
    classes: list[str] = Field(default_factory=list)
    model_types: list[str] = Field(default_factory=lambda: ["frozen_model"])
    dataset: Dataset = Field(default_factory=Dataset)
    schema_: Schema = Field(alias="schema")
    citation: str = ""
    inference: Inference
    label_enhancement: dict[str, Any] | None = None
    training: dict[str, Any] | None = None

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> ModelMetadata:
        """Read a zoo JSON file.

        Raises
        ------
        ModelError
            If the file is absent, is no JSON, or lacks what the zoo's form requires.
        """
        remedy = "check the path, or export or download the model again"
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            return cls.model_validate(content)
        except OSError as error:
            raise ModelError(
                f"cannot be read: {error.strerror}", subject=path, remedy=remedy
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(step) for step in first["loc"])
            raise ModelError(
                f"is no metadata in the zoo's form: {place}: {first['msg']}",
                subject=path, remedy=remedy,
            ) from error
        except ValueError as error:
            raise ModelError(f"is not JSON: {error}", subject=path, remedy=remedy) from error

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON content, in the zoo's key order, without keys that are unset."""
        return self.model_dump(by_alias=True, exclude_none=True)
