"""The token loop beside `generate()` of the library's released classes, from a text to
tokens, on checkpoints that they load."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from june_tts.engines.chatterbox.tokens import Prompt
from tests.engines.chatterbox.tokens.networks import (
    DEFAULTS,
    LIBRARY_WARNS,
    analysed_without_equal_tokens,
    drained,
    loop,
    tokens,
)

pytestmark = [LIBRARY_WARNS, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
TEXT = "Where were we, and what was said?"
LIMIT = 1000  # generate()'s


def test_english(checkpoint: Path) -> None:
    from chatterbox.tts import ChatterboxTTS, punc_norm

    library = ChatterboxTTS.from_local(checkpoint, "cpu")
    generated = _generated(library, "inference")
    text = _marked(library.tokenizer.text_to_tokens(punc_norm(TEXT))[0])
    speaking = loop(library.t3)
    row = speaking.join(Prompt(text, library.conds.t3), DEFAULTS["english"], LIMIT)
    sampled = drained(speaking, row)[row]
    assert [one.token for one in sampled] == generated
    assert sampled[-1].token == library.t3.hp.stop_speech_token
    assert len(generated) > len(TEXT)
    # The checkpoint's alignment follows its text.
    positions = [one.text_position or 0 for one in sampled]
    assert positions[-1] >= len(text) - 4
    steps = [after - before for before, after in pairwise(positions)]
    assert all(-1 <= step <= 2 for step in steps)


def test_multilingual(multilingual_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chatterbox.models.tokenizers import tokenizer
    from chatterbox.mtl_tts import ChatterboxMultilingualTTS, punc_norm

    # It looks for a Chinese dictionary on the network.
    monkeypatch.setattr(tokenizer, "ChineseCangjieConverter", lambda folder: None)
    library = ChatterboxMultilingualTTS.from_local(multilingual_checkpoint, "cpu")
    with analysed_without_equal_tokens(library.t3):
        generated = _generated(library, "inference", language_id="de")
    text = library.tokenizer.text_to_tokens(punc_norm(TEXT), language_id="de")[0]
    said = Prompt(_marked(text), library.conds.t3)
    assert tokens(loop(library.t3), said, DEFAULTS["multilingual"], LIMIT) == generated


def test_turbo(turbo_checkpoint: Path) -> None:
    from chatterbox.tts_turbo import ChatterboxTurboTTS, punc_norm

    library = ChatterboxTurboTTS.from_local(turbo_checkpoint, "cpu")
    generated = _generated(library, "inference_turbo")
    text = library.tokenizer(punc_norm(TEXT), return_tensors="pt").input_ids[0]
    drawn = tokens(
        loop(library.t3, context=1500), Prompt(text, library.conds.t3), DEFAULTS["turbo"], LIMIT
    )
    # The library takes the stop mark off.
    assert drawn == [*generated, library.t3.hp.stop_speech_token]


def _marked(text: torch.Tensor) -> torch.Tensor:
    return F.pad(F.pad(text, (1, 0), value=255), (0, 1), value=0)


def _generated(library: Any, inference: str, **more: str) -> list[int]:
    """The tokens that generate() makes its audio of, by the defaults and the seed."""
    kept = []
    draw = getattr(library.t3, inference)

    def keeping(*given: Any, **named: Any) -> Any:
        kept.append(draw(*given, **named))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        patch.setattr(library.t3, inference, keeping)
        torch.manual_seed(DEFAULTS["english"].seed)
        library.generate(TEXT, **more)
    drawn: list[int] = kept[0][0].tolist()
    return drawn
