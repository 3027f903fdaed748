"""Frozen graphs and their metadata, each checked in Essentia before it is written."""
