"""A model's example script, in the form that Essentia's own generator gives those of its zoo.

See ``src/examples/python/models/generate_example_scripts.py`` in Essentia's repository.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from essentia_ldl.export.frozen_model import FrozenModel
from essentia_ldl.files import write_text
from essentia_ldl.zoo import Backbone
from essentia_ldl.zoo.nodes import INPUT
from essentia_ldl.zoo.tokens import POOLING_LINE

# What Essentia's algorithms take where nothing else is said.
_DEFAULT_OUTPUT = "model/Sigmoid"


def write_example_script(model: FrozenModel, backbone: Backbone | None, folder: Path) -> Path:
    """Write `example_script` beside its model, as ``NAME.py``, and return its path.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    script = folder / f"{model.name}.py"
    write_text(script, example_script(model, backbone, folder))
    return script


def example_script(
    model: FrozenModel, backbone: Backbone | None, folder: Path, audio: str = "audio.wav"
) -> str:
    """Python code that runs a model with Essentia alone, from the folder that it lies in.

    Parameters
    ----------
    model : FrozenModel
    backbone : Backbone or None
        The backbone of a head. Where it does not lie in `folder`, the script has its whole path.
    folder : Path
        Where model and script lie.
    audio : str
        Path to write into the code.

    Returns
    -------
    str
        A script whose ``predictions`` has a row of class probabilities for each patch.
    """
    inference = model.metadata.inference
    algorithm, node_in = inference.algorithm, model.metadata.schema_.inputs[0].name
    call = _call(algorithm, f"{model.name}.pb", node_in, model.predictions.name)
    load = (
        f"audio = MonoLoader(filename={_text(audio)}, sampleRate={inference.sample_rate}, "
        f"resampleQuality={inference.resample_quality})()"
    )
    if backbone is None:
        return _lines(
            f"from essentia.standard import MonoLoader, {algorithm}",
            "",
            load,
            f"model = {call}",
            "predictions = model(audio)",
        )
    embedding_algorithm = backbone.metadata.inference.algorithm
    beside = (folder / backbone.graph.name).exists()
    embedding_call = _call(
        embedding_algorithm,
        backbone.graph.name if beside else os.path.abspath(backbone.graph),
        backbone.metadata.schema_.inputs[0].name,
        backbone.embedding_output,
    )
    imports, pooling = (["import numpy"], [POOLING_LINE]) if backbone.gives_tokens else ([], [])
    return _lines(
        *imports,
        f"from essentia.standard import MonoLoader, {embedding_algorithm}, {algorithm}",
        "",
        load,
        f"embedding_model = {embedding_call}",
        "embeddings = embedding_model(audio)",
        *pooling,
        "",
        f"model = {call}",
        "predictions = model(embeddings)",
    )


def _call(algorithm: str, graph: str, node_in: str, node_out: str) -> str:
    """Write an algorithm's construction, with those of its parameters that are no defaults."""
    given = {"graphFilename": graph}
    if node_in != INPUT:
        given["input"] = node_in
    if node_out != _DEFAULT_OUTPUT:
        given["output"] = node_out
    return f"{algorithm}({', '.join(f'{name}={_text(value)}' for name, value in given.items())})"


def _text(value: str) -> str:
    # JSON's escapes are Python's, too, and its quotes are those that the zoo's scripts have.
    return json.dumps(value, ensure_ascii=False)


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
