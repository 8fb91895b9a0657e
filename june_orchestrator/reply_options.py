"""How a reply is to be made."""

from __future__ import annotations

from dataclasses import dataclass, field

from june_orchestrator.history import MAX_TOKENS
from june_orchestrator.manner import Manner
from june_orchestrator.ports import Voice
from june_orchestrator.sentences import SentenceLimits


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """How a reply is to be made; fixed when the turn begins, but for its language where
    that `follows`: its first sentence settles it.

    `streaming` off is the plain way of old: the whole reply, then its whole
    audio. `concurrent_tts` off lets synthesis wait for the whole reply.
    """

    voice: Voice = field(default_factory=Voice)
    limits: SentenceLimits = field(default_factory=SentenceLimits)
    streaming: bool = True
    concurrent_tts: bool = True
    speculate: bool = True
    captions: bool = True
    speak: bool = True
    system_instruction: str = ""
    language: str = ""
    # The language is not fixed: that which is heard and answered in.
    follows: bool = False
    max_output_tokens: int = 512
    model: str = ""
    manner: Manner | None = None
    history_tokens: int = MAX_TOKENS
    # Seconds that a tool may take before a filler is said; 0 never says one.
    filler_after: float = 0.0
