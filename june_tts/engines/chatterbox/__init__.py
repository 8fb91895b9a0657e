"""Chatterbox, the neural voice: many sentences at once on one GPU, heard as they are
made.

engine.py is what the service talks to. A sentence becomes speech tokens in tokens/,
and those audio in vocoder/; server.py runs both for all sentences on one thread, in
the order that schedule.py decides.
"""
