"""Training: windows of all lengths, a checkpoint every minute, the same for a seed."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from tools.tiny_whisper import corpus
from tools.tiny_whisper.clips import Clips
from tools.tiny_whisper.lessons import NAMED_EVERY, NOT_SCORED, Lesson, Lessons
from tools.tiny_whisper.network import Network, Shape
from tools.tiny_whisper.tokens import Tokens
from tools.tiny_whisper.voices import Spoken

# Seconds of window: share of the lessons.
EASY_WINDOWS = {2.0: 0.4, 3.0: 0.6}
SHORT_WINDOWS = {1.0: 0.06, 2.0: 0.16, 3.0: 0.34, 5.0: 0.24, 8.0: 0.1, 15.0: 0.06, 30.0: 0.04}
# Words are known by then; to find one's way in much of them takes as many lessons again.
LONG_WINDOWS = {1.0: 0.04, 2.0: 0.1, 3.0: 0.2, 5.0: 0.18, 8.0: 0.2, 15.0: 0.16, 30.0: 0.12}
WARM_STEPS = 300
# Lessons are learnt two at a time, each by one core.
LEARNERS = 2
SECONDS_A_LESSON, MOST_CLIPS, FEWEST_CLIPS = 110, 50, 4
# Words are named early in training, and looked at in their place throughout.
NAMING, LOOKING = 0.5, 0.25
LOOKING_HEAD = 0  # of the last layer of the decoder
SHADOW = 0.998
_CHECKPOINT_SECONDS, _SAY_SECONDS = 60.0, 15.0


@dataclass(frozen=True, slots=True)
class Round:
    """Some steps at one rate, which falls towards their end.

    Attributes:
        level: share of the steps before the rate falls.
        english: share of the speech that is English, which is harder: more words, more
            voices.
        windows: seconds of window, and their share of the lessons.
    """

    steps: int
    rate: float
    level: float
    english: float
    windows: Mapping[float, float]


ROUNDS = (
    Round(400, rate=2e-3, level=1.0, english=0.62, windows=EASY_WINDOWS),
    Round(1_900, rate=2e-3, level=0.8, english=0.62, windows=SHORT_WINDOWS),
    Round(2_200, rate=1.6e-3, level=0.2, english=0.7, windows=LONG_WINDOWS),
)
STEPS = sum(one.steps for one in ROUNDS)


def round_at(step: int) -> tuple[Round, int]:
    """The round that the step falls into, and its number in there."""
    for one in ROUNDS:
        if step < one.steps:
            return one, step
        step -= one.steps
    raise ValueError(f"training ends after {STEPS} steps")


def rate_at(step: int) -> float:
    """Up at the very beginning; level, then down to the end of each round."""
    one, within = round_at(step)
    falling = one.steps * (1 - one.level)
    left = (one.steps - within) / falling if falling else 1.0
    return one.rate * min((step + 1) / WARM_STEPS, 1.0, max(left, 0.02))


class Learner:
    """Learns lessons of its own, on its own thread: shares the network's weights and has
    its own gradients."""

    def __init__(
        self,
        network: Network,
        spoken: Sequence[Spoken],
        tokens: Tokens,
        draw: np.random.Generator,
    ) -> None:
        self.network = Network(network.shape)
        for own, shared in zip(self.network.parameters(), network.parameters(), strict=True):
            own.data = shared.data
        self._lessons = Lessons(Clips(spoken, draw), tokens, draw)

    def learn(self, window: float, english: float) -> dict[str, float]:
        """Leaves the gradients of one lesson; answers its losses."""
        count = min(max(int(SECONDS_A_LESSON / window), FEWEST_CLIPS), MOST_CLIPS)
        lesson = self._lessons.lesson(window, count, english)
        self.network.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            losses = losses_of(self.network, lesson)
            total = losses["said"] + NAMING * losses["named"] + LOOKING * losses["looked"]
        total.backward()  # type: ignore[no-untyped-call]
        return {name: loss.item() for name, loss in losses.items()}


class Training:
    """The network, its shadow (a running mean, which is what is exported) and progress."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        torch.manual_seed(seed)
        tokens = Tokens()
        self.network = Network(Shape(len(tokens), len(tokens.words)))
        self.shadow = Network(self.network.shape)
        self.shadow.load_state_dict(self.network.state_dict())
        self._optimizer = torch.optim.AdamW(
            self.network.parameters(), betas=(0.9, 0.98), weight_decay=0.01
        )
        self.step = 0
        # One for each learner, and one for what all of them learn.
        self._draws = [np.random.default_rng([seed, at]) for at in range(LEARNERS + 1)]
        if self.checkpoint.exists():
            self._resume()
        spoken = corpus.read(folder / "trained")
        self._learners = [
            Learner(self.network, spoken, tokens, draw) for draw in self._draws[:LEARNERS]
        ]

    @property
    def checkpoint(self) -> Path:
        return self._folder / "checkpoint.pt"

    def run(self) -> None:
        torch.set_num_threads(1)
        said = saved = time.monotonic()
        before, losses = self.step, list[dict[str, float]]()
        with ThreadPoolExecutor(LEARNERS) as threads:
            while self.step < STEPS:
                losses.append(self._learn(threads))
                self.step += 1
                now = time.monotonic()
                if now - said > _SAY_SECONDS:
                    self._say(losses, (now - said) / (self.step - before))
                    said, before, losses = now, self.step, []
                if now - saved > _CHECKPOINT_SECONDS:
                    self.save()
                    saved = now
        self.save()

    def _learn(self, threads: ThreadPoolExecutor) -> dict[str, float]:
        lessons, _ = round_at(self.step)
        window = float(
            self._draws[-1].choice(list(lessons.windows), p=list(lessons.windows.values()))
        )
        results = list(
            threads.map(lambda learner: learner.learn(window, lessons.english), self._learners)
        )
        for group in self._optimizer.param_groups:
            group["lr"] = rate_at(self.step)
        copies = zip(*(learner.network.parameters() for learner in self._learners), strict=True)
        for own, same in zip(self.network.parameters(), copies, strict=True):
            own.grad = torch.stack([one.grad for one in same if one.grad is not None]).mean(0)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        keep = min(SHADOW, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, now in zip(self.shadow.parameters(), self.network.parameters(), strict=True):
                mean.lerp_(now, 1 - keep)
        return {name: sum(one[name] for one in results) / len(results) for name in results[0]}

    def _say(self, losses: list[dict[str, float]], pace: float) -> None:
        means = {name: sum(one[name] for one in losses) / len(losses) for name in losses[0]}
        told = "  ".join(f"{name} {mean:.3f}" for name, mean in means.items())
        left = (STEPS - self.step) * pace / 60
        print(
            f"step {self.step:5} of {STEPS}  {told}  "
            f"{pace * 1000:.0f} ms a step, {left:.0f} min left",
            flush=True,
        )

    def save(self) -> None:
        unfinished = self.checkpoint.with_suffix(".unfinished")
        parts = {
            "step": self.step,
            "network": self.network.state_dict(),
            "shadow": self.shadow.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "draws": [json.dumps(draw.bit_generator.state) for draw in self._draws],
        }
        torch.save(parts, unfinished)
        unfinished.rename(self.checkpoint)

    def _resume(self) -> None:
        parts = torch.load(self.checkpoint, weights_only=True)
        self.step = parts["step"]
        self.network.load_state_dict(parts["network"])
        self.shadow.load_state_dict(parts["shadow"])
        self._optimizer.load_state_dict(parts["optimizer"])
        for draw, state in zip(self._draws, parts["draws"], strict=True):
            draw.bit_generator.state = json.loads(state)


def losses_of(network: Network, lesson: Lesson) -> dict[str, torch.Tensor]:
    """What is said, which word is being said, and where each word is looked for."""
    audio = network.encode(lesson.features)
    hidden, scores = network.decode(lesson.tokens, audio)
    scored = lesson.targets != NOT_SCORED
    said = functional.cross_entropy(network.next_tokens(hidden[scored]), lesson.targets[scored])
    names = network.naming(audio[:, ::NAMED_EVERY])
    named = functional.cross_entropy(names.flatten(0, 1), lesson.named.flatten())
    words = lesson.looked_at.any(-1)
    looks = scores[:, LOOKING_HEAD][words].log_softmax(-1)
    inside = looks.masked_fill(~lesson.looked_at[words], -torch.inf).logsumexp(-1)
    looked = -inside.mean() if len(inside) else torch.zeros(())
    return {"said": said, "named": named, "looked": looked}
