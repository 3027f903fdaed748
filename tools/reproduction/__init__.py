"""The paper's tables, computed on the collections at hand; see tools/reproduce.py."""
