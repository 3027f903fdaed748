"""From sound to numbers: MFCC-S, MFCC-P and embeddings, cached per track."""

from essentia_ldl.features.embeddings import EmbeddingExtractor
from essentia_ldl.features.extraction import Features, extract_features
from essentia_ldl.features.mfcc import MFCCExtractor

__all__ = ["EmbeddingExtractor", "Features", "MFCCExtractor", "extract_features"]
