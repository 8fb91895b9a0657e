"""What was said: the user's words and as much of June's as the user heard. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from june_orchestrator.lanes import Lane
from june_orchestrator.ports import Message, Role

# Whole exchanges beyond this are forgotten, oldest first.
MAX_TOKENS = 6_000
# What every message costs beside its words.
MESSAGE_TOKENS = 4


class History:
    """The conversation so far, within so many tokens; the last exchange always stays."""

    def __init__(self, max_tokens: int = MAX_TOKENS) -> None:
        self._max_tokens = max_tokens
        self._turns: list[tuple[str, str]] = []

    def keep_within(self, max_tokens: int) -> None:
        """So many tokens are enough from now on. What is forgotten stays so."""
        self._max_tokens = max_tokens
        while len(self._turns) > 1 and self._tokens() > max_tokens:
            del self._turns[0]

    def add(self, user_text: str, heard_text: str) -> None:
        """One turn is over: what the user said and what they heard of the reply."""
        self._turns.append((user_text, heard_text))
        self.keep_within(self._max_tokens)

    def with_question(self, user_text: str) -> Sequence[Message]:
        """The messages for a brain, ending with the question."""
        return [*self.messages(), Message(Role.USER, user_text)]

    def messages(self) -> Sequence[Message]:
        """What was said so far."""
        messages = []
        for said, answered in self._turns:
            messages.append(Message(Role.USER, said))
            if answered:
                messages.append(Message(Role.ASSISTANT, answered))
        return messages

    def _tokens(self) -> int:
        return sum(tokens_in(said) + tokens_in(answered) for said, answered in self._turns)


def tokens_in(text: str) -> int:
    """About how many tokens a message is, rather too many than too few: four letters of
    ASCII are one, and so is any other character."""
    if not text:
        return 0
    ascii_chars = sum(char.isascii() for char in text)
    return MESSAGE_TOKENS + -(-ascii_chars // 4) + len(text) - ascii_chars


def heard_text(lanes: Iterable[Lane], played: int) -> str:
    """The words of a reply that were heard in its first `played` samples.

    A word counts once half of it was heard.
    """
    heard: list[str] = []
    start = 0
    for lane in lanes:
        done = lane.filled.is_set() and played >= start + lane.samples
        if done and lane.whole:
            heard.append(lane.text)
        else:
            place = min(played - start, lane.samples)
            heard += [word.text for word in lane.words() if (word.start + word.end) / 2 <= place]
        if not done:
            break
        start += lane.samples
    return " ".join(heard)
