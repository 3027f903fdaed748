"""From sound to numbers: MFCC-S, MFCC-P, embeddings and mel bands, cached per track."""

from essentia_ldl.features.embeddings import EmbeddingExtractor
from essentia_ldl.features.extraction import (
    EMBEDDING,
    Features,
    extract_features,
    extract_mel_bands,
)
from essentia_ldl.features.mel_patches import MelBandExtractor
from essentia_ldl.features.mfcc import MFCCExtractor

__all__ = [
    "EMBEDDING",
    "EmbeddingExtractor",
    "Features",
    "MFCCExtractor",
    "MelBandExtractor",
    "extract_features",
    "extract_mel_bands",
]
