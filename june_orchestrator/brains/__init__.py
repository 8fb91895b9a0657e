"""The brains June can think with; `load_brain` in brain.py imports them."""
