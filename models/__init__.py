"""Data, no code: the tasks of the paper and the metadata of the backbones."""
