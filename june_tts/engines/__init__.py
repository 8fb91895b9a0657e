"""One engine a file, imported by june_tts.engine.load_engine alone."""
