"""What an utterance gives away, and what it keeps."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from june_tts.engines.chatterbox.vocoder.chunking import Schedule
from june_tts.engines.chatterbox.vocoder.prompt import FRAMES
from june_tts.engines.chatterbox.vocoder.rendering import CONTEXT
from june_tts.engines.chatterbox.vocoder.source import FRAME
from june_tts.engines.chatterbox.vocoder.utterance import HELD, HELD_FIRST
from tests.engines.chatterbox.vocoder.parts import begun, render

TOKEN = FRAMES * FRAME
VOICE = np.random.default_rng(0).normal(0, 0.1, 400 * TOKEN).astype(np.float32)


@settings(max_examples=60)
@given(
    st.integers(0, 300),
    st.lists(st.integers(1, 60), min_size=1, max_size=4).map(tuple),
    st.integers(0, 50),
)
def test_every_sample_leaves_once_and_in_order(
    tokens: int, sizes: tuple[int, ...], context: int
) -> None:
    """Whatever is held back comes later, and at the end nothing is."""
    voice = VOICE[: tokens * TOKEN]
    chunks = list(render(begun(Schedule(sizes, context)), voice))
    assert np.allclose(np.concatenate(chunks), voice, atol=1e-6) if chunks else tokens == 0


def test_the_first_chunk_holds_little_back() -> None:
    """200 ms of its 240 are heard at once; later ones keep 160 ms for the joint."""
    lengths = [len(chunk) // FRAME for chunk in render(begun(), VOICE[: 100 * TOKEN])]
    assert lengths == [12 - HELD_FIRST, 24 + HELD_FIRST - HELD, 50, 100, 14 + HELD]


def test_what_is_kept_has_a_bound() -> None:
    """However long the utterance: the joint, and the context of what follows. Once it is
    finished, nothing."""
    utterance = begun()
    kept = []
    for _ in render(utterance, VOICE):
        tail = utterance.tail
        kept.append((len(tail.mel), len(tail.source) // FRAME, len(utterance.held) // FRAME))
        assert tail.source.untyped_storage().nbytes() == 4 * len(tail.source)  # no view of more
    most = CONTEXT + HELD
    assert set(kept[1:-1]) == {(most, most, HELD)}
    assert kept[-1] == (0, 0, 0)
    assert utterance.finished
    assert utterance.next_chunk(1_000, ended=True) is None
