"""From sound to numbers: MFCC-S, MFCC-P and embeddings, cached per track."""

from essentia_ldl.features.embeddings import EmbeddingSettings
from essentia_ldl.features.extraction import Features, extract_features
from essentia_ldl.features.mfcc import MFCCSettings

__all__ = ["EmbeddingSettings", "Features", "MFCCSettings", "extract_features"]
