"""ElevenLabs as the voice: sentences as contexts on websockets that stay open."""
