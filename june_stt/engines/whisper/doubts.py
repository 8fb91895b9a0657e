"""Whether to believe what Whisper decoded. Pure.

The thresholds for confidence and repetition are openai/whisper's (transcribe.py); the
rest is June's and says so.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from june_stt.caption import normalised, units
from june_stt.engines.whisper.mel import Matrix

MAX_COMPRESSION = 2.4
MIN_LOGPROB = -1.0
# Silence: no speech is as likely, and words are less so, than these.
MAX_NO_SPEECH, QUIET_LOGPROB = 0.6, -1.0
# They let tiny.en cheer over steady noise (0.57 and -0.78 at best). But "ask not", two
# words alone, had 0.50 and -1.01: so these are for sound that is steady (June's).
STEADY_NO_SPEECH, STEADY_LOGPROB = 0.5, -0.75
# Steady is what is less than so many times as loud at its loudest as where it is softest, a
# tenth at either end left aside: noise 1.1 to 1.3 times, recorded turns 16 and more (June's).
STEADY = 2.0
# Audio that is nowhere louder than this holds no words (June's; about -52 dB).
MIN_LEVEL = 0.0025
# A phrase that Whisper is known to make up is believed only on better evidence than
# other words (June's).
PHANTOM_NO_SPEECH = 0.2
PHANTOM_LOGPROB = -0.8
# As often in a row no phrase is said (June's): "no no no" is, four more are not.
MAX_REPEATS = 7
# People say no more words in a second, and no larger share of three words again (June's).
WORDS_A_SECOND, MOST_AGAIN, FEWEST_THREES = 5.5, 0.2, 4
# In a window of 10 s the words of tiny.en were those of 30 s wherever they were likelier
# than this (30 recordings and synthetic sentences), and mostly others where not.
SURE_LOGPROB = -0.4

# What Whisper says over silence and noise, as gathered in openai/whisper's discussion
# 928 by its users; people do say the shorter ones.
PHANTOMS = frozenset(
    normalised(phrase.replace(" ", ""))
    for phrase in (
        "you", "bye", "bye bye", "thank you", "thank you very much", "thank you so much",
        "thanks for watching", "thank you for watching", "please subscribe",
        "thank you for watching please subscribe", "i'll see you next time",
        "subtitles by the amara.org community", "transcription by castingwords",
        "vielen dank", "danke", "vielen dank fürs zuschauen", "untertitel der amara.org-community",
        "untertitelung des zdf, 2020", "untertitel im auftrag des zdf für funk, 2017", "tschüss",
        "merci", "merci d'avoir regardé cette vidéo", "sous-titrage société radio-canada",
        "sous-titres réalisés par la communauté d'amara.org", "gracias", "gracias por ver el video",
        "subtítulos realizados por la comunidad de amara.org", "suscríbete al canal",
        "grazie", "sottotitoli creati dalla comunità amara.org", "grazie a tutti", "obrigado",
        "legendas pela comunidade amara.org", "продолжение следует", "ご視聴ありがとうございました",
        "谢谢观看", "시청해주셔서 감사합니다", "altyazı m.k.",
        "napisy stworzone przez społeczność amara.org",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """`logprob`: the mean log probability of a token; `no_speech`: the probability
    that the model gives to there being none; `steady`: see is_steady."""

    logprob: float
    no_speech: float
    steady: bool = False


def is_steady(level: Matrix) -> bool:
    """Whether the loudness of these frames hardly changes, as no speaker's does."""
    soft, loud = np.percentile(level, (10, 90)) if len(level) else (0.0, 0.0)
    return bool(loud < STEADY * soft)


def is_silence(evidence: Evidence) -> bool:
    """Whether the model itself believes in no speech more than in its words."""
    if evidence.steady:
        return evidence.no_speech > STEADY_NO_SPEECH and evidence.logprob < STEADY_LOGPROB
    return evidence.no_speech > MAX_NO_SPEECH and evidence.logprob < QUIET_LOGPROB


def is_phantom(text: str, evidence: Evidence) -> bool:
    """Whether these are words that were made up, and not said."""
    if normalised(text.replace(" ", "")) not in PHANTOMS:
        return False
    return evidence.no_speech > PHANTOM_NO_SPEECH or evidence.logprob < PHANTOM_LOGPROB


def is_unsure(text: str, evidence: Evidence) -> bool:
    """Whether a window as long as those that Whisper learnt from may show other words."""
    return evidence.logprob < SURE_LOGPROB or is_doubtful(text, evidence)


def is_doubtful(text: str, evidence: Evidence) -> bool:
    """Whether another attempt may give better words."""
    return evidence.logprob < MIN_LOGPROB or compression(text) > MAX_COMPRESSION


def compression(text: str) -> float:
    """How far zlib shrinks it: text that repeats itself, far."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def said_once(words: Sequence[str]) -> int:
    """How many of the words are left where a phrase that is said over and over, to the
    end and perhaps not to its own, is said once.

    Args:
        words: compared as they are; an empty one, a mark, is as good as not there.
    """
    places = [place for place, word in enumerate(words) if word]
    said = [words[place] for place in places]
    for size in range(1, len(said) // MAX_REPEATS + 1):
        again = 0
        while again + size < len(said) and said[-1 - again] == said[-1 - again - size]:
            again += 1
        if again >= size * (MAX_REPEATS - 1):
            return places[len(said) - again - 1] + 1
    return len(words)


def stammers(text: str, seconds: float) -> bool:
    """Whether these are more words than anybody says in that time, or too often the
    same three in a row: so Whisper does in windows that are shorter than it learnt."""
    words = [normalised(unit) for unit in units(text)]
    threes = list(zip(words, words[1:], words[2:], strict=False))
    again = len(threes) - len(set(threes))
    return len(words) > 2 + WORDS_A_SECOND * seconds or (
        len(threes) >= FEWEST_THREES and again > MOST_AGAIN * len(threes)
    )
