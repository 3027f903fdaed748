"""The few lines of Essentia that use an exported head."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.zoo import Backbone
from essentia_ldl.zoo.nodes import HEAD_OUTPUT, INPUT
from essentia_ldl.zoo.tokens import POOLING_LINE


def essentia_snippet(pb: Path, backbone: Backbone, audio: str = "song.mp3") -> str:
    """Python code that classifies one file with Essentia alone.

    Parameters
    ----------
    pb : Path
        The exported head.
    backbone : Backbone
        The network that it was trained on.
    audio : str
        Path to write into the code.

    Returns
    -------
    str
        A few lines; the last one's result has a row of class probabilities for each patch.
    """
    inference = backbone.metadata.inference
    algorithm, embeddings = inference.algorithm, backbone.embedding_output
    rate, quality = inference.sample_rate, inference.resample_quality
    node_in = backbone.metadata.schema_.inputs[0].name
    given = "" if node_in == INPUT else f"input={node_in!r}, "
    imports, pooling = (
        ("import numpy\n", f"{POOLING_LINE}\n") if backbone.gives_tokens else ("", "")
    )
    return f"""\
{imports}from essentia.standard import MonoLoader, {algorithm}, TensorflowPredict2D

audio = MonoLoader(filename={audio!r}, sampleRate={rate}, resampleQuality={quality})()
embeddings = {algorithm}(graphFilename={str(backbone.graph)!r}, {given}output={embeddings!r})(audio)
{pooling}\
predictions = TensorflowPredict2D(graphFilename={str(pb)!r}, output={HEAD_OUTPUT!r})(embeddings)
"""
