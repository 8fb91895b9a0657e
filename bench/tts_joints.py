"""`python -m bench.tts_joints`: what is heard where the vocoder's chunks meet.

Random weights, set so that they sound like a voice; small networks unless --full. A step
is the difference between two samples; all are told as multiples of their utterance's
median step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from bench.tts_vocoder import networks
from june_tts.engines.chatterbox.vocoder.chunking import WHOLE
from june_tts.engines.chatterbox.vocoder.vocoder import Vocoder
from tests.engines.chatterbox.vocoder.joints import Joint, jointed, steps
from tests.engines.chatterbox.vocoder.parts import (
    as_it_is,
    made_up_reference,
    made_up_tokens,
    spoken,
    voiced,
)

# What the aim says no border should be above.
LARGE = 2.0


@dataclass(frozen=True, slots=True)
class Found:
    """One joint; steps in medians.

    Attributes:
        step: over the border.
        own: the older rendition's there.
        whole: that of the utterance rendered in one go, there.
        cut: what it would be if the newer rendition began without a fade.
    """

    first: bool
    step: float
    own: float
    whole: float
    cut: float
    by_fade: float
    likeness: float
    level: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """Attributes:
    large: share of the steps of its whole rendition that are above two medians.
    """

    joints: Sequence[Found]
    large: float


def said(s3gen: Any, tokens: int, seed: int) -> Utterance:
    """One sentence, streamed and in one go."""
    reference = made_up_reference(seed, 5 + seed % 20, seed % 2)
    text = made_up_tokens(tokens, seed)
    audio, joints = jointed(s3gen, reference, text, seed)
    (whole,) = spoken(Vocoder(s3gen, device="cpu", mark=as_it_is), reference, text, WHOLE, seed)
    own = steps(whole) / np.median(steps(whole))
    median = float(np.median(steps(audio)))
    found = [
        _found(joint, median, float(own[joint.place]), first=not number)
        for number, joint in enumerate(joints)
    ]
    return Utterance(found, float(np.mean(own > LARGE)))


def _found(joint: Joint, median: float, whole: float, *, first: bool) -> Found:
    return Found(
        first,
        float(steps(joint.heard)[0]) / median,
        float(steps(joint.older)[0]) / median,
        whole,
        abs(float(joint.newer[1] - joint.older[0])) / median,
        joint.added_by_fade / median,
        joint.likeness,
        joint.level,
    )


def _added(found: Found) -> float:
    return abs(found.step - found.own)


def _share(figures: Iterable[float]) -> str:
    return f"{np.mean([figure > LARGE for figure in figures]):.1%}"


FIGURES: Sequence[tuple[str, Callable[[Sequence[Found]], str]]] = (
    ("borders", lambda some: f"{len(some)}"),
    ("above 2 medians", lambda some: _share(one.step for one in some)),
    ("so in the older rendition", lambda some: _share(one.own for one in some)),
    ("so in a whole rendition", lambda some: _share(one.whole for one in some)),
    ("added at the border, most", lambda some: f"{max(_added(one) for one in some):.5f}"),
    ("added within the fade, most", lambda some: f"{max(one.by_fade for one in some):.5f}"),
    ("added by a hard cut, most", lambda some: f"{max(one.cut - one.own for one in some):.3f}"),
    ("likeness, mean", lambda some: f"{np.mean([one.likeness for one in some]):.3f}"),
    ("likeness, least", lambda some: f"{min(one.likeness for one in some):.3f}"),
    ("level, least", lambda some: f"{min(one.level for one in some):.3f}"),
    ("level, most", lambda some: f"{max(one.level for one in some):.3f}"),
)


@click.command()
@click.option("--sentences", default=50, show_default=True)
@click.option("--tokens", default=100, show_default=True, help="Of a sentence: 40 ms each.")
@click.option("--full", is_flag=True, help="Networks of the released size; minutes each.")
def main(sentences: int, tokens: int, full: bool) -> None:
    """Measure joints."""
    torch.set_num_threads(1)
    with networks(full) as s3gen:
        voice = voiced(s3gen.eval())
        utterances = [said(voice, tokens, seed) for seed in range(sentences)]
    joints = [joint for one in utterances for joint in one.joints]
    table = Table("", "behind a first chunk", "behind a later one")
    for name, figure in FIGURES:
        table.add_row(
            name,
            *(figure([one for one in joints if one.first is which]) for which in (True, False)),
        )
    console = Console()
    console.print(table)
    large = np.mean([one.large for one in utterances])
    console.print(f"of all steps of the whole renditions above 2 medians: {large:.1%}")


if __name__ == "__main__":
    main()
