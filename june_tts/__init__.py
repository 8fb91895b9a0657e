"""Text to speech: sentences in, audio out as it is made."""
