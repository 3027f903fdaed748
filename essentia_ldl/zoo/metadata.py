"""The zoo's JSON metadata as typed data."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from essentia_ldl.errors import ModelError

_SHA256 = "^[0-9a-f]{64}$"
_REMEDY = "check the path, or export or download the model again"


def _open_dimensions(shape: Any) -> Any:
    """Write -1 for dimensions of any size, which the zoo's files leave out or name."""
    if not isinstance(shape, list):
        return shape
    return [size if isinstance(size, int) else -1 for size in shape]


Shape = Annotated[list[int], Field(min_length=1), BeforeValidator(_open_dimensions)]


class _Part(BaseModel):
    # The zoo adds keys freely, and a file that is read and written again keeps them. Some of its
    # files hold a number where the others hold text.
    model_config = ConfigDict(
        extra="allow", populate_by_name=True, frozen=True, coerce_numbers_to_str=True
    )


class Dataset(_Part):
    """What a model was trained on."""

    name: str = ""
    citation: str = ""
    size: str = ""
    metrics: dict[str, Any] = Field(default_factory=dict)


class Input(_Part):
    """A graph's input node; `shape` ends with the dimensions of one patch.

    Some of the zoo's files write a batch dimension in front of them, this package none.
    """

    name: str
    type: str = "float"
    shape: Shape


class Output(_Part):
    """A graph's output node; `shape` ends with the number of values.

    Some of the zoo's files write a batch dimension in front of it, this package none. The tokens
    of a transformer have a batch dimension and their number in front of it; -1 is any number.
    """

    name: str
    type: str = "float"
    shape: Shape
    op: str = ""
    output_purpose: str = ""
    description: str = ""

    @property
    def size(self) -> int:
        """Number of values per patch."""
        return self.shape[-1]


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
    """How Essentia runs a model.

    `resample_quality` is MonoLoader's resampleQuality, this project's addition; the zoo's own
    files lack it, and 4 (linear) is what the zoo's models are used with.
    """

    sample_rate: int = Field(gt=0)
    resample_quality: int = Field(default=4, ge=0, le=4)
    algorithm: str
    embedding_model: EmbeddingModel | None = None


class SpectrogramGraph(_Part):
    """A backbone's graph for onnxruntime, and how far its answers are from Essentia's.

    Attributes
    ----------
    sha256, converted_from : str
        Hexadecimal SHA-256 of the ONNX graph, and of the frozen graph that it was made from.
    max_abs_diff : dict of str to float
        Largest absolute difference of each output, by node name.
    versions : dict of str to str
        Of the packages that made and ran it.
    revision : int
        Of the code that converted it.
    """

    sha256: str = Field(pattern=_SHA256)
    converted_from: str = Field(pattern=_SHA256)
    max_abs_diff: dict[str, float]
    versions: dict[str, str]
    revision: int = 1


class ModelMetadata(_Part):
    """Metadata of a model in Essentia's zoo form (essentia.upf.edu/models.html).

    `schema_` is the JSON key ``schema``. The keys from `label_enhancement` on are this project's
    additions, absent from the zoo's own files. Keys that are not known here are kept.

    Attributes
    ----------
    label_enhancement, training : dict, optional
        How a head's labels were enhanced, and how it was trained.
    checkpoint : str, optional
        The published weights that a backbone can be built from.
    provenance : dict, optional
        What a backbone's graph was made from, and how.
    sha256 : str, optional
        Hexadecimal SHA-256 of the graph file.
    parity_max_abs_diff : float, optional
        How far Essentia's answers were from those of the network that was exported.
    onnxruntime : SpectrogramGraph, optional
        A backbone's second graph, where there is one that answers as Essentia does.

    Examples
    --------
    >>> metadata = ModelMetadata.parse('''{
    ...     "name": "mood_happy",
    ...     "classes": ["happy", "non_happy"],
    ...     "schema": {
    ...         "inputs": [{"name": "model/Placeholder", "shape": [200]}],
    ...         "outputs": [{"name": "model/Softmax", "shape": [2],
    ...                      "output_purpose": "predictions"}]},
    ...     "inference": {"sample_rate": 16000, "algorithm": "TensorflowPredict2D"}
    ... }''')
    >>> metadata.schema_.output("predictions").name
    'model/Softmax'
    """

    name: str
    type: str = ""
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
    checkpoint: str | None = None
    provenance: dict[str, Any] | None = None
    sha256: str | None = Field(default=None, pattern=_SHA256)
    parity_max_abs_diff: float | None = None
    onnxruntime: SpectrogramGraph | None = None

    @field_validator("classes", mode="before")
    @classmethod
    def _no_classes(cls, classes: Any) -> Any:
        # The zoo's file of audioset-vggish writes none as "".
        return [] if classes == "" else classes

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> ModelMetadata:
        """Read a zoo JSON file.

        Raises
        ------
        ModelError
            If the file is absent, is no JSON, or lacks what the zoo's form requires.
        """
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise ModelError(
                f"cannot be read: {error.strerror}", subject=path, remedy=_REMEDY
            ) from error
        return cls.parse(content, subject=path)

    @classmethod
    def parse(cls, content: str | bytes, *, subject: object = "") -> ModelMetadata:
        """Read the content of a zoo JSON file; `subject` names it in errors.

        Raises
        ------
        ModelError
            If the content is no JSON, or lacks what the zoo's form requires.
        """
        try:
            known = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise ModelError(f"is not JSON: {error}", subject=subject, remedy=_REMEDY) from error
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            problem = f"{place}: {first['msg']}" if place else "it is no JSON object"
            raise ModelError(
                f"is no metadata in the zoo's form: {problem}", subject=subject, remedy=_REMEDY
            ) from error

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON content, in the zoo's key order, without keys that are unset."""
        return self.model_dump(by_alias=True, exclude_none=True)
