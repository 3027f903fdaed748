"""What label noise does to heads, and label enhancers against it; see tools/robustness.py."""
