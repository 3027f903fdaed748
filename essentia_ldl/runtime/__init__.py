"""Answers: an exported model on audio, through Essentia alone."""

from essentia_ldl.runtime.classifier import Classifier
from essentia_ldl.runtime.files import audio_files
from essentia_ldl.runtime.kinds import Kind
from essentia_ldl.runtime.prediction import Prediction

__all__ = ["Classifier", "Kind", "Prediction", "audio_files"]
