"""June's sentence splitter and others, each fed token by token as its framework does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from june_orchestrator.sentences import SentenceLimits, SentenceSplitter


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, and how many tokens had been given when it came out."""

    text: str
    tokens: int


# Tokens and their language in, pieces out.
Splitting = Callable[[Sequence[str], str], AsyncIterator[Piece]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One splitter: with least lengths off, to see where it cuts, and as it comes."""

    name: str
    bare: Splitting
    as_it_comes: Splitting


def june() -> Peer:
    """Ours; the language is not told."""
    return _june("June", SentenceLimits())


def june_whole() -> Peer:
    """Ours, without the first clause that may go early."""
    return _june("June, first sentence whole", SentenceLimits(early_clause_words=0))


def _june(name: str, limits: SentenceLimits) -> Peer:
    def within(limits: SentenceLimits) -> Splitting:
        async def split(tokens: Sequence[str], _language: str) -> AsyncIterator[Piece]:
            splitter = SentenceSplitter(limits)
            for count, token in enumerate(tokens, 1):
                for text in splitter.push(token):
                    yield Piece(text, count)
            for text in splitter.finish():
                yield Piece(text, len(tokens))

        return split

    return Peer(name, within(SentenceLimits(min_chars=1, early_clause_words=0)), within(limits))


def livekit_blingfire() -> Peer:
    """What LiveKit Agents cuts with unless told otherwise."""
    from livekit.agents.tokenize import blingfire

    return _livekit("LiveKit Agents, blingfire", blingfire.SentenceTokenizer)


def livekit_basic() -> Peer:
    """The rules of LiveKit Agents in plain Python."""
    from livekit.agents.tokenize import basic

    return _livekit("LiveKit Agents, basic", basic.SentenceTokenizer)


def _livekit(name: str, tokenizer: Any) -> Peer:
    def made(**options: int) -> Splitting:
        async def split(tokens: Sequence[str], _language: str) -> AsyncIterator[Piece]:
            stream = tokenizer(**options).stream()
            for count, token in enumerate(tokens, 1):
                stream.push_text(token)
                for text in _ready(stream):
                    yield Piece(text, count)
            stream.end_input()
            async for said in stream:
                yield Piece(said.token, len(tokens))

        return split

    return Peer(name, made(min_sentence_len=1, stream_context_len=1), made())


def _ready(stream: Any) -> Iterator[str]:
    """What a stream has made so far, without waiting for more."""
    made = stream._event_ch
    while not made.empty():
        yield made.recv_nowait().token


def pipecat() -> Peer:
    """Pipecat's aggregator before text to speech; it is told the language."""
    from pipecat.utils.text.simple_text_aggregator import SimpleTextAggregator

    async def split(tokens: Sequence[str], language: str) -> AsyncIterator[Piece]:
        aggregator = SimpleTextAggregator()
        aggregator.set_language(language)
        for count, token in enumerate(tokens, 1):
            async for said in aggregator.aggregate(token):
                yield Piece(said.text, count)
        if rest := await aggregator.flush():
            yield Piece(rest.text, len(tokens))

    return Peer("Pipecat", split, split)


def stream2sentence() -> Peer:
    """RealtimeTTS's splitter by its own rules; it is told the language."""
    from stream2sentence import generate_sentences_async

    def made(**options: object) -> Splitting:
        async def split(tokens: Sequence[str], language: str) -> AsyncIterator[Piece]:
            given = 0

            async def give() -> AsyncIterator[str]:
                nonlocal given
                for token in tokens:
                    given += 1
                    yield token

            async for text in generate_sentences_async(give(), language=language, **options):
                yield Piece(text, given)

        return split

    bare = made(minimum_sentence_length=1, minimum_first_fragment_length=1)
    return Peer("stream2sentence", bare, made(quick_yield_single_sentence_fragment=True))


PEERS: Sequence[Callable[[], Peer]] = (
    june,
    june_whole,
    livekit_blingfire,
    livekit_basic,
    pipecat,
    stream2sentence,
)
