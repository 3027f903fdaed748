"""Label distribution learning for music classification, as models that Essentia runs."""
