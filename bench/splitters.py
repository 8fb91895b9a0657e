"""`python -m bench.splitters`: June's sentence splitter beside those of others.

    make bench-splitters

Every splitter is given the same tokens in the same run: the corpus of hard cases in
tests/, which is ours and which June was made to pass, so that its zero says little of
other text. What is not installed is named and left out.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from bench.splitting import PEERS, Peer, Piece, Splitting
from tests.june_orchestrator.sentence_corpus import Case, cases

RUNS = 3
# Replies whose first sentence is long enough that a clause of it may go early.
LONG = [
    ("en", "For most of today, the weather in the north is mild and dry, with a little wind "
     "from the west towards the evening. Tomorrow brings some rain."),
    ("de", "Wenn Sie heute noch ankommen wollen, nehmen Sie am besten den Zug um halb neun, "
     "der ohne Halt bis nach Hamburg fährt. Der nächste geht morgen."),
    ("fr", "Si vous voulez arriver ce soir, prenez plutôt le train de huit heures et demie, "
     "qui va sans arrêt jusqu'à Lyon. Le suivant part demain."),
    ("ru", "Если вы хотите приехать сегодня, лучше взять поезд в половине девятого, который "
     "идёт без остановок до Москвы. Следующий будет завтра."),
    ("ja", "今日のうちに着きたい場合は、八時半の電車に乗るのが一番よくて、京都まで止まらずに"
     "行けます。次の電車は明日です。"),
    ("zh", "如果你想今天到达，最好坐八点半的火车，它一路不停直接开到上海。下一班是明天。"),
]  # fmt: skip
# About a word, with the space before it; two characters where there are no spaces.
_TOKEN = re.compile(
    r"\s*(?:[\u0e00-\u0e7f\u3041-\u30ff\u4e00-\u9fff]{1,2}|[!-~\xa1-\u0dff\uac00-\ud7af]+|\S)"
)


@dataclass(frozen=True, slots=True)
class Score:
    """What a splitter did.

    errors: cases that it cut at any other place, by language.
    waits: tokens after the end of the first sentence until it came out, the mean
        over the cases that were cut right.
    first, first_long: tokens until anything came out, in its ordinary settings; the
        mean over the cases, and over replies that begin with a long sentence.
    speed: characters a second, in its ordinary settings.
    """

    name: str
    errors: dict[str, int]
    waits: float
    first: float
    first_long: float
    speed: float


async def score(peer: Peer, corpus: Sequence[Case]) -> Score:
    """Give it the whole corpus."""
    errors: dict[str, int] = defaultdict(int)
    waits = []
    for case in corpus:
        pieces = await _pieces(peer.bare, case.text, case.language)
        if _bare(piece.text for piece in pieces) != _bare(case.sentences):
            errors[case.language] += 1
        elif len(pieces) > 1:
            waits.append(pieces[0].tokens - _tokens_of_first(case))
    short = [(case.language, case.text) for case in corpus if len(case.sentences) > 1]
    return Score(
        name=peer.name,
        errors=errors,
        waits=mean(waits),
        first=await _first(peer, short),
        first_long=await _first(peer, LONG),
        speed=await _speed(peer, corpus),
    )


async def _first(peer: Peer, texts: Sequence[tuple[str, str]]) -> float:
    """How many tokens it takes until there is something to speak."""
    pieces = [await _pieces(peer.as_it_comes, text, language) for language, text in texts]
    return mean(first.tokens for first, *_ in pieces)


async def _speed(peer: Peer, corpus: Sequence[Case]) -> float:
    """Each language's cases as one reply; the best of some runs."""
    replies: dict[str, str] = defaultdict(str)
    for case in corpus:
        replies[case.language] += case.text + "\n"
    best = 0.0
    for _ in range(RUNS):
        begun = time.perf_counter()
        for language, text in replies.items():
            await _pieces(peer.as_it_comes, text, language)
        best = max(best, sum(map(len, replies.values())) / (time.perf_counter() - begun))
    return best


async def _pieces(split: Splitting, text: str, language: str) -> list[Piece]:
    return [piece async for piece in split(tokens(text), language) if piece.text.strip()]


def tokens(text: str) -> list[str]:
    """The text as a model would send it, about a word at a time."""
    found = _TOKEN.findall(text)
    return [*found, text[sum(map(len, found)) :]] if len("".join(found)) < len(text) else found


def _tokens_of_first(case: Case) -> int:
    """How many tokens it takes to have all of the first sentence."""
    size = 0
    for count, token in enumerate(tokens(case.text), 1):
        size += len(token)
        if size >= len(case.sentences[0]):
            return count
    raise AssertionError("a sentence is longer than its text")


def _bare(sentences: Iterable[str]) -> list[str]:
    """Splitters treat white space each in its own way; it is not compared."""
    return ["".join(sentence.split()) for sentence in sentences]


def _print(scores: Sequence[Score], corpus: Sequence[Case]) -> None:
    print(
        "| splitter | errors | waits, tokens | first piece, tokens "
        "| of a long sentence | characters a second |"
    )
    print("|---|---|---|---|---|---|")
    for each in scores:
        errors = sum(each.errors.values())
        print(
            f"| {each.name} | {errors} ({errors / len(corpus):.0%}) | {each.waits:.1f} "
            f"| {each.first:.1f} | {each.first_long:.1f} | {each.speed:,.0f} |"
        )
    languages = sorted({case.language for case in corpus})
    print("\n| errors | cases | " + " | ".join(each.name for each in scores) + " |")
    print("|---" * (len(scores) + 2) + "|")
    for language in languages:
        count = sum(case.language == language for case in corpus)
        row = " | ".join(str(each.errors.get(language, 0)) for each in scores)
        print(f"| {language} | {count} | {row} |")


async def main() -> None:
    """Print the tables, in Markdown."""
    corpus = cases()
    scores = []
    for make in PEERS:
        try:
            peer = make()
        except ImportError as missing:
            print(f"left out: {make.__name__} ({missing})")
            continue
        scores.append(await score(peer, corpus))
    print("left out: stream2sentence with nltk or stanza, whose models are downloads\n")
    _print(scores, corpus)


if __name__ == "__main__":
    asyncio.run(main())
