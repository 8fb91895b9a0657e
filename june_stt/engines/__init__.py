"""The recognisers; `load_engine` in engine.py imports the one that is asked for."""
