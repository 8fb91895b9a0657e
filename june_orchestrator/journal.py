"""What an orchestrator writes into its log of a session's turns, as it happens.

Never the words, unless the settings ask for them.
"""

from __future__ import annotations

import logging

from june_orchestrator.news import ConcurrentSynthesis, FellBack, FirstAudio, FirstToken, News
from june_orchestrator.ports import TurnRecord

log = logging.getLogger(__name__)


class Journal:
    """One session's lines; the session's name is in each by itself.

    Args:
        words: whether lines may tell what was said.
    """

    def __init__(self, *, words: bool = False) -> None:
        self._words = words

    def partial(self, turn: int, number: int, ms: float, text: str) -> None:
        """A caption came, the turn's n-th, so long after its speech began."""
        said = {"words": text} if self._words else {}
        log.info("Partial transcript %d at %.0f ms", number, ms, extra={"turn": turn, **said})

    def news(self, turn: int, news: News) -> None:
        about = {"turn": turn}
        match news:
            case FirstToken(ms):
                log.info("First token in %.0f ms", ms, extra=about)
            case FirstAudio(ms):
                log.info("First audio chunk in %.0f ms", ms, extra=about)
            case ConcurrentSynthesis(sentence):
                line = "Concurrent TTS triggered: sentence %d, reply still streaming"
                log.info(line, sentence + 1, extra=about)
            case FellBack("STREAMING_UNSUPPORTED"):
                log.warning("The brain does not stream: the reply comes whole", extra=about)
            case FellBack(reason):
                log.warning("The reply comes in another way: %s", reason, extra=about)

    def turn_ended(self, turn: int, record: TurnRecord) -> None:
        """One line with all that counts."""
        said = {"user": record.user_text, "june": record.reply_text} if self._words else {}
        log.info(
            "turn ended",
            extra={
                "turn": turn,
                "outcome": record.outcome.name,
                "end_to_end_ms": record.end_to_end_ms and round(record.end_to_end_ms),
                "stages": {name: round(value) for name, value in record.stages.items()},
                "first_token_ms": record.first_token_ms and round(record.first_token_ms),
                "first_audio_ms": record.first_audio_ms and round(record.first_audio_ms),
                "sequential": record.sequential,
                "speculated": record.speculated,
                "fallback": record.fallback,
                "sentences": len(record.sentences),
                "concurrent_sentences": record.concurrent_sentences,
                **said,
            },
        )
