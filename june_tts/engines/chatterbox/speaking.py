"""One sentence on its way: its clauses, one after another, from text to audio.

A clause's tokens come in while the one before it may still be made audio. What comes
out wrong is said once more: all of it as long as none was heard, else what is left.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import torch

from june_runtime.errors import InvalidInput
from june_runtime.pcm import Samples
from june_tts.engine import Sentence, Speech, SpokenWord
from june_tts.engines.chatterbox.clauses import Clause, clauses
from june_tts.engines.chatterbox.guard import Guard, Verdict, bounds
from june_tts.engines.chatterbox.likeness import Likeness
from june_tts.engines.chatterbox.placing import Placing
from june_tts.engines.chatterbox.reading import Read, Reader
from june_tts.engines.chatterbox.tokens import Prompt, Sampled, Sampling
from june_tts.engines.chatterbox.variants import Variant
from june_tts.engines.chatterbox.vocoder.chunking import VOCABULARY
from june_tts.engines.chatterbox.vocoder.utterance import Utterance

DEFAULT_SEED = 1
# A second attempt's seed is this far from the first one's.
OTHER_SEED = 0x9E37_79B9


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence and the voice it is to be said with."""

    sentence: Sentence
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Attempt:
    """A clause to be said, for the first time or once more."""

    clause: Clause
    seed: int
    again: bool = False


class Take:
    """One attempt at one clause, as far as it got.

    Attributes:
        allowed: how many tokens the clause may take.
        tokens: those that stand for sound.
        over: no more will come.
        heard: samples made of it.
        words: over, and not told yet; their samples count from the take's first.
    """

    def __init__(self, attempt: Attempt, language: str, read: Read, voice: Utterance) -> None:
        self.attempt = attempt
        self.allowed = bounds(attempt.clause.text, language)
        self.guard = Guard(self.allowed)
        self.placing = Placing(attempt.clause.text, read.places, attempt.clause.start)
        self.voice = voice
        self.tokens: list[int] = []
        self.over = False
        self.heard = 0
        self.words: list[SpokenWord] = []

    @property
    def due(self) -> bool:
        """Whether there is a chunk of audio to make."""
        return self.voice.next_chunk(len(self.tokens), self.over) is not None


class Speaking:
    """See the module.

    Attributes:
        made: samples so far.
        truncated: something was left out.

    Raises:
        InvalidInput: NOTHING_TO_SAY.
    """

    def __init__(self, order: Order, variant: Variant, reader: Reader) -> None:
        sentence = order.sentence
        self.likeness = order.likeness
        self.made = 0
        self.truncated = False
        self._sentence, self._variant, self._reader = sentence, variant, reader
        self._language = sentence.language.replace("_", "-").partition("-")[0].lower()
        seed = DEFAULT_SEED if sentence.seed is None else sentence.seed
        self._attempts = deque(
            Attempt(clause, seed + number)
            for number, clause in enumerate(clauses(sentence.text, variant.longest))
        )
        if not self._attempts:
            raise InvalidInput("NOTHING_TO_SAY", "there is nothing in it that can be spoken")
        self._takes: deque[Take] = deque()

    @property
    def next_attempt(self) -> Attempt | None:
        """What needs a row next."""
        return self._attempts[0] if self._attempts else None

    @property
    def due(self) -> bool:
        return bool(self._takes) and self._takes[0].due

    @property
    def take(self) -> Take:
        """The one that is made audio."""
        return self._takes[0]

    @property
    def over(self) -> bool:
        return not self._attempts and not self._takes

    def sampling(self) -> Sampling:
        """How the next attempt's tokens are drawn."""
        sentence, variant = self._sentence, self._variant
        return Sampling(
            temperature=sentence.temperature,
            cfg_weight=sentence.cfg_weight if variant.steered else 0.0,
            repetition_penalty=variant.repetition_penalty,
            min_p=variant.min_p,
            top_p=variant.top_p,
            top_k=variant.top_k,
            seed=self._attempts[0].seed % (1 << 63),
        )

    def begin(self, voice: Utterance) -> tuple[Prompt, Take]:
        """The next attempt's prompt, and the take that its tokens belong to."""
        attempt = self._attempts.popleft()
        read = self._reader.read(attempt.clause.text, self._language)
        take = Take(attempt, self._language, read, voice)
        self._takes.append(take)
        conditioning = self.likeness.with_exaggeration(self._sentence.exaggeration)
        return Prompt(torch.tensor(read.ids), conditioning), take

    def hear(self, sampled: Sampled) -> bool:
        """Takes the newest take's next token; False if it is better to stop there."""
        take = self._takes[-1]
        if 0 <= sampled.token < VOCABULARY:
            take.tokens.append(sampled.token)
            take.guard.push(sampled.token)
            take.words += take.placing.push(sampled.text_position)
        if sampled.ended or take.guard.stuck:
            self._judge(take, sampled.reached_limit)
        return not take.over

    def vocoded(self, samples: Samples) -> Speech | None:
        """What the caller gets of the audio that was made of `take`."""
        take = self._takes[0]
        began = self.made - take.heard
        take.heard += len(samples)
        self.made += len(samples)
        if take.voice.finished:
            self._takes.popleft()
            words, take.words = take.words, []
        else:
            words = [word for word in take.words if word.end_sample <= take.heard]
            take.words = take.words[len(words) :]
        placed = tuple(_placed(word, began, self.made) for word in words)
        ends_short = self.over and self.truncated
        if not len(samples) and not placed and not ends_short:
            return None
        return Speech(samples, placed, truncated=ends_short)

    def _judge(self, take: Take, reached_limit: bool) -> None:
        """The take's tokens are over: is it the text?"""
        take.over = True
        verdict = take.guard.verdict(reached_limit)
        attempt = take.attempt
        if verdict is Verdict.GOOD:
            pass
        elif attempt.again:
            self.truncated = True
        elif not take.voice.vocoded:
            self._takes.pop()
            self._attempts.appendleft(replace(attempt, seed=attempt.seed + OTHER_SEED, again=True))
            return
        elif verdict is Verdict.SHORT and (reached := take.placing.reached):
            rest = Clause(attempt.clause.start + reached, attempt.clause.text[reached:])
            self._attempts.appendleft(Attempt(rest, attempt.seed + OTHER_SEED, again=True))
            take.words = [word for word in take.words if word.end <= rest.start]
            return
        else:
            self.truncated = True
        take.words += take.placing.finish()
        if not self._attempts:
            take.tokens += self._variant.trailing


def _placed(word: SpokenWord, began: int, most: int) -> SpokenWord:
    """The word's place in the sentence, from that in the take, within what was made."""
    return replace(
        word,
        start_sample=min(began + word.start_sample, most),
        end_sample=min(began + word.end_sample, most),
    )
