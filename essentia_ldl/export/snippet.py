"""The few lines of Essentia that use an exported head."""

from __future__ import annotations

from pathlib import Path

from essentia_ldl.zoo import Backbone
from essentia_ldl.zoo.nodes import HEAD_OUTPUT


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
        Three lines after the import; the last one's result has a row of class probabilities
        for each patch.
    """
    inference = backbone.metadata.inference
    algorithm, embeddings = inference.algorithm, backbone.embedding_output
    rate, quality = inference.sample_rate, inference.resample_quality
    return f"""\
from essentia.standard import MonoLoader, {algorithm}, TensorflowPredict2D

audio = MonoLoader(filename={audio!r}, sampleRate={rate}, resampleQuality={quality})()
embeddings = {algorithm}(graphFilename={str(backbone.graph)!r}, output={embeddings!r})(audio)
predictions = TensorflowPredict2D(graphFilename={str(pb)!r}, output={HEAD_OUTPUT!r})(embeddings)
"""
