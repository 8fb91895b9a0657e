"""How text that was made to be read is put so that it can be said. Pure."""
