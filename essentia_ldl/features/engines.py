"""Which engine computes embeddings: Essentia, or onnxruntime where it is known to agree."""

from __future__ import annotations

from typing import Literal, TypedDict, get_args

from essentia_ldl.errors import BackboneError, EssentiaLDLError, OptionError
from essentia_ldl.features.melbands import MEL_BANDS
from essentia_ldl.versions import package_version
from essentia_ldl.zoo import Backbone, models_folder
from essentia_ldl.zoo.registry import registration_of

Engine = Literal["essentia", "onnxruntime"]

#: The package that each engine is.
PACKAGES: dict[Engine, str] = {"essentia": "essentia-tensorflow", "onnxruntime": "onnxruntime"}


class EngineRecord(TypedDict):
    """An engine's name, and the version of its package."""

    name: Engine
    version: str | None


def choose_engine(backbone: Backbone, wanted: str | None = None) -> Engine:
    """Return the engine to run a backbone with.

    Parameters
    ----------
    backbone : Backbone
    wanted : {"essentia", "onnxruntime"}, optional
        By default onnxruntime, where it is installed and the backbone has a graph for it that was
        seen to answer as Essentia does; otherwise Essentia.

    Raises
    ------
    OptionError
        If there is no such engine, or it is not installed.
    BackboneError
        If the backbone has no graph for the engine that is wanted.
    """
    if wanted is None:
        return "onnxruntime" if obstacle_to_onnxruntime(backbone) is None else "essentia"
    if wanted == "essentia":
        return "essentia"
    if wanted != "onnxruntime":
        raise OptionError(
            f"must be {' or '.join(get_args(Engine))}, not {wanted!r}", subject="engine"
        )
    obstacle = obstacle_to_onnxruntime(backbone)
    if obstacle is not None:
        raise obstacle
    return "onnxruntime"


def obstacle_to_onnxruntime(backbone: Backbone) -> EssentiaLDLError | None:
    """Return what keeps onnxruntime from running a backbone, with its remedy; None where it can.

    Parameters
    ----------
    backbone : Backbone
        Its files are looked at.
    """
    if package_version(PACKAGES["onnxruntime"]) is None:
        return OptionError(
            "onnxruntime is not installed",
            subject="engine",
            remedy="run `pip install -e '.[onnxruntime]'` in the project's folder, and build the "
            "backbone again",
        )
    algorithm = backbone.metadata.inference.algorithm
    if algorithm not in MEL_BANDS:
        return BackboneError(
            f"onnxruntime computes no patches of {algorithm}",
            subject=backbone.name,
            remedy="leave the engine out, or take essentia",
        )
    if backbone.has_spectrogram_graph():
        return None
    return BackboneError(
        "has no graph for onnxruntime"
        if backbone.metadata.onnxruntime is None
        else "its graph for onnxruntime is missing or damaged",
        subject=backbone.name,
        remedy=f"run: essentia-ldl backbones build {_argument(backbone)}",
    )


def engine_record(engine: Engine) -> EngineRecord:
    """Return what reports and metadata say of an engine."""
    return {"name": engine, "version": package_version(PACKAGES[engine])}


def _argument(backbone: Backbone) -> str:
    """What `backbones build` is to be called with for this very file."""
    known = registration_of(backbone.model_name)
    if known and backbone.graph == known.graph_in(models_folder()):
        return known.name
    return str(backbone.graph.with_suffix(".json"))
