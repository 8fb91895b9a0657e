"""Conversations with a model that hears and speaks by itself, voice to voice."""
