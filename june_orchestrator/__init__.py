"""Conversations: hears through STT, thinks with a brain, speaks through TTS."""
