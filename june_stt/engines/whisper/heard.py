"""One utterance as Whisper hears it: audio in, pieces to decode out. Pure.

Whisper hears 30 s at most and takes longer the more it hears. So the caption is
decoded from a window that begins behind words that are sure, and a long utterance is
parted at such places: its parts are decoded for good while it goes on, and at its end
only the last is left. Neither time nor memory grow with its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise

import numpy as np

from june_runtime.pcm import Samples
from june_stt.caption import Caption, followed, units
from june_stt.engine import HeardWord, Hypothesis
from june_stt.engines.whisper.mel import HOP, Frames, Matrix, MelStream, joined
from june_stt.engines.whisper.queue import LONGEST, SLACK
from june_stt.engines.whisper.work import Aim, Decoded, DecodedWord, Piece

# The caption is decoded anew for so many new frames, which are five feeds of 32 ms.
EVERY = 16
# Of less than this nothing is expected.
SHORTEST = 40
# A window this long is cut, if it can be so that this much is left. Cuts in a pause
# are best, so a larger gap between two words is preferred.
CUT_AFTER, LEAVE_LEAST, LEAVE_MOST = 800, 250, 600
# Around the end of a word the quietest place is looked for, so many frames to either
# side, over so many.
NEAR, SMOOTH = 15, 9
# One in which nothing becomes sure is noise or music: the oldest of it is let go.
GIVE_UP_AFTER = 1_500
# An utterance that is longer is parted...
PART_AFTER = LONGEST - 320
# ...not before this, so that the parts are long enough to be understood.
PART_LEAST = 800
# From here on the language that was found stays for the caption of this utterance.
SURE_OF_LANGUAGE = 0.8


@dataclass(frozen=True, slots=True)
class Hint:
    """What the model is told before: language (empty: none) and tokens of a prompt."""

    language: str = ""
    prompt: Sequence[int] = ()


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A place between words, and how loud it is there; the quieter, the better."""

    level: float
    place: int


class Heard:
    """See the module.

    Args:
        filters: mel bands; see MelStream.
        hint: for all of it.
        final_prompt: in place of the hint's, for final words.
    """

    def __init__(self, filters: Matrix, hint: Hint, final_prompt: Sequence[int] = ()) -> None:
        self._mel = MelStream(filters)
        self._hint = hint
        self._final_prompt = final_prompt or hint.prompt
        self._frames = [self._mel.push(np.zeros(0, np.float32))]
        self._origin = 0  # the place of the first frame that is kept
        self._end = 0
        self._samples = 0
        self._caption = Caption()
        self._sure = ""  # the words before the caption's window
        self._window = 0  # where that begins
        self._asked = 0  # the end of what was decoded for the caption
        self._language = hint.language
        self._part = 0  # where the part begins that is not decoded for good
        self._cuts: list[Cut] = []

    def push(self, samples: Samples) -> list[Piece]:
        """More of it; the parts that are complete now, each to be answered by `parted`
        in any order."""
        self._samples += len(samples)
        frames = self._mel.push(samples)
        self._frames.append(frames)
        self._end += len(frames)
        parts = []
        while self._end - self._part > PART_AFTER:
            parts.append(self._piece(Aim.PART, self._part, self._next_part(), self._final_prompt))
            self._part = parts[-1].end
        self._forget()
        return parts

    def due(self) -> Piece | None:
        """What to decode for the caption now, if anything; answered by `captioned`."""
        if self._end - self._asked < EVERY or self._end - self._window < SHORTEST:
            return None
        self._asked = self._end
        piece = self._piece(Aim.PARTIAL, self._window, self._end, self._hint.prompt)
        wants_places = len(piece.frames) > CUT_AFTER
        return replace(piece, language=self._language, wants_places=wants_places)

    def captioned(self, piece: Piece, decoded: Decoded) -> Hypothesis:
        """The caption after a piece that was `due`."""
        self._caption.take(followed(self._sure, decoded.text))
        if decoded.language_probability >= SURE_OF_LANGUAGE:
            self._language = decoded.language
        if piece.wants_places:
            self._cut(piece, decoded.words)
        text = self._caption.committed_text + self._caption.unstable_text
        return Hypothesis(text, (), decoded.language, decoded.language_probability)

    def rest(self) -> Piece:
        """What is left to be decoded for the final words, up to the end of what was
        pushed; the speaker may go on."""
        piece = self._piece(Aim.FINAL, self._part, self._end, self._final_prompt)
        tail = self._mel.tail()
        self._cuts.append(Cut(0.0, self._end))
        return replace(piece, frames=joined([piece.frames, tail]))

    def concluded(self, answers: Sequence[tuple[int, Decoded]]) -> Hypothesis:
        """The final words: of the parts in their order, and of the rest; each with the
        frame at which it begins."""
        words = [self._placed(start, word) for start, answer in answers for word in answer.words]
        longest = max(answers, key=lambda answer: len(answer[1].text))[1]
        return Hypothesis(
            reduce(followed, (answer.text for _, answer in answers), ""),
            words,
            longest.language,
            longest.language_probability,
        )

    def _placed(self, part: int, word: DecodedWord) -> HeardWord:
        start, end = (min((part + place) * HOP, self._samples) for place in (word.start, word.end))
        return HeardWord(word.text.strip(), start, end, word.probability)

    def _piece(self, aim: Aim, start: int, end: int, prompt: Sequence[int]) -> Piece:
        """Language and places as for final words."""
        frames = self._kept().between(start - self._origin, end - self._origin)
        return Piece(aim, frames, start, self._hint.language, prompt, wants_places=True)

    def _kept(self) -> Frames:
        """All frames that are kept, put together when they are looked at."""
        if len(self._frames) > 1:
            self._frames = [joined(self._frames)]
        return self._frames[0]

    def _cut(self, piece: Piece, words: Sequence[DecodedWord]) -> None:
        """Let the window begin later, behind words that are committed."""
        sure = len(self._caption.committed)
        before = len(units(self._sure))
        best: tuple[Cut, int] | None = None
        said = ""
        for word, following in pairwise(words):
            said += word.text
            count = before + len(units(said))
            place = piece.start + (word.end + following.start) // 2
            if count <= sure and LEAVE_LEAST <= self._end - place <= LEAVE_MOST:
                cut = self._quietest(place - NEAR, place + NEAR)
                best = min(best or (cut, count), (cut, count))
        if best is not None:
            cut, count = best
            self._cuts.append(cut)
            self._window = cut.place
            self._sure = "".join(self._caption.committed[:count]).strip()
        else:
            self._give_up(GIVE_UP_AFTER)

    def _give_up(self, longest: int) -> None:
        """Let the oldest go of a window that is longer, whatever was said in it."""
        if self._end - self._window > longest:
            self._window = self._end - LEAVE_MOST
            self._sure = self._caption.committed_text

    def _next_part(self) -> int:
        """Where the next part ends: in the longest silence between words that will do,
        or where it is most quiet."""
        latest = min(self._end, self._part + PART_AFTER)
        fitting = [cut for cut in self._cuts if self._part + PART_LEAST <= cut.place <= latest]
        return min(fitting or [self._quietest(latest - LEAVE_MOST, latest)]).place

    def _quietest(self, start: int, end: int) -> Cut:
        """Alignment tells where a word ends to some 100 ms; what is said between words
        is the quietest."""
        levels = self._kept().level[max(0, start - self._origin) : end - self._origin]
        smooth = np.convolve(levels, np.full(SMOOTH, 1 / SMOOTH, np.float32), "same")
        quietest = int(smooth.argmin())
        return Cut(float(smooth[quietest]), max(start, self._origin) + quietest)

    def _forget(self) -> None:
        """Drop the frames that nothing will be decoded from any more."""
        self._give_up(LONGEST - SLACK)
        needed = min(self._part, self._window)
        if needed > self._origin:
            kept = self._kept()
            self._frames = [kept.between(needed - self._origin, len(kept))]
            self._origin = needed
            self._cuts = [cut for cut in self._cuts if cut.place > needed]
