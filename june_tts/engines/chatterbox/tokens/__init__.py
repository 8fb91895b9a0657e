"""Speech tokens from text: the T3 network, stepped for many utterances at once."""

from june_tts.engines.chatterbox.tokens.loop import TokenLoop
from june_tts.engines.chatterbox.tokens.utterance import Prompt, Sampled, Sampling

__all__ = ["Prompt", "Sampled", "Sampling", "TokenLoop"]
