"""Gemini as the brain, through Google's own client."""
