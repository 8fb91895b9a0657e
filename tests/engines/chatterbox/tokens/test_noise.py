"""Randomness by row."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from june_tts.engines.chatterbox.tokens.noise import CounterNoise, GeneratorNoise, Noise
from june_tts.engines.chatterbox.tokens.sampling import raced

VOCABULARY = 8194  # of the published networks
CPU = torch.device("cpu")
SEEDS = st.integers(0, 2**64 - 1)


def _noises(rows: int, vocabulary: int) -> list[Noise]:
    return [
        GeneratorNoise(rows, vocabulary),
        CounterNoise(rows, vocabulary, CPU),
    ]


@given(st.lists(SEEDS, min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 400))
def test_draws_in_a_batch_what_multinomial_draws_alone(
    seeds: list[int], draws: int, vocabulary: int
) -> None:
    noise = GeneratorNoise(len(seeds), vocabulary)
    logits = torch.randn(draws + 1, vocabulary, generator=torch.Generator().manual_seed(1)) * 2
    logits[:, : vocabulary // 2] = float("-inf")
    logits[:, -1] = 0
    for row, seed in enumerate(seeds):
        noise.begin(row, seed)
    drawn = [
        raced(logit.expand(len(seeds), -1), noise.draw(len(seeds))).tolist() for logit in logits
    ]
    for row, seed in enumerate(seeds):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            alone = [torch.multinomial(logit.softmax(-1)[None], 1).item() for logit in logits]
        assert [tokens[row] for tokens in drawn] == alone


def test_draws_what_multinomial_draws_from_a_whole_vocabulary() -> None:
    noise = GeneratorNoise(2, VOCABULARY)
    noise.begin(1, 5)
    generator = torch.Generator().manual_seed(5)
    for step in range(50):
        logits = torch.randn(1, VOCABULARY, generator=torch.Generator().manual_seed(step)) * 3
        expected = torch.multinomial(logits.softmax(-1), 1, generator=generator)
        assert raced(logits.expand(2, -1), noise.draw(2))[1] == expected


@given(st.lists(SEEDS, min_size=2, max_size=5), st.data())
def test_a_row_draws_by_its_seed_alone(seeds: list[int], data: st.DataObject) -> None:
    """Whatever row it is in, how many others there are, and where it moves."""
    row = data.draw(st.integers(0, len(seeds) - 1))
    to = data.draw(st.integers(0, len(seeds) - 1))
    for noise, alone in zip(_noises(len(seeds), 7), _noises(1, 7), strict=True):
        for place, seed in enumerate(seeds):
            noise.begin(place, seed)
        alone.begin(0, seeds[row])
        assert torch.equal(noise.draw(row + 1)[row], alone.draw(1)[0])
        noise.move(row, to)
        assert torch.equal(noise.draw(len(seeds))[to], alone.draw(1)[0])


@pytest.mark.parametrize("noise", _noises(1, VOCABULARY), ids=["generator", "counter"])
def test_begins_the_sequence_anew(noise: Noise) -> None:
    noise.begin(0, 9)
    first, second = noise.draw(1).clone(), noise.draw(1).clone()
    assert not torch.equal(first, second)
    noise.begin(0, 9)
    assert torch.equal(noise.draw(1), first)
    noise.begin(0, 10)
    assert not torch.equal(noise.draw(1), first)


@pytest.mark.parametrize("seed", [0, 1, 2**63, 2**64 - 1])
def test_counted_noise_is_exponentially_distributed(seed: int) -> None:
    """The greatest distance between its distribution and the exponential one, over
    160,000 numbers: below Kolmogorov's bound for one in a million."""
    noise = CounterNoise(1, VOCABULARY, CPU)
    noise.begin(0, seed)
    numbers = torch.cat([noise.draw(1)[0] for _ in range(20)]).double().sort().values
    assert numbers.min() > 0
    expected = 1 - torch.exp(-numbers)
    share = torch.arange(1, len(numbers) + 1) / len(numbers)
    assert (share - expected).abs().max() < 2.7 / len(numbers) ** 0.5


def test_counted_noise_of_neighbours_is_unrelated() -> None:
    """Of seeds, of draws and of tokens."""
    noise = CounterNoise(2, VOCABULARY, CPU)
    noise.begin(0, 100)
    noise.begin(1, 101)
    first, second = noise.draw(2).clone(), noise.draw(2).clone()
    assert torch.isfinite(first).all()
    pairs = [(first[0], first[1]), (first[0], second[0]), (first[0, 1:], first[0, :-1])]
    for one, other in pairs:
        related = torch.corrcoef(torch.stack((one, other)))[0, 1]
        assert abs(related) < 5 / VOCABULARY**0.5


def test_counted_noise_draws_each_token_with_its_probability() -> None:
    wanted = torch.tensor([0.5, 0.3, 0.15, 0.04, 0.01])
    noise = CounterNoise(1000, len(wanted), CPU)
    for row in range(1000):
        noise.begin(row, row)
    drawn = torch.cat([raced(wanted.log().expand(1000, -1), noise.draw(1000)) for _ in range(20)])
    shares = torch.bincount(drawn, minlength=len(wanted)) / len(drawn)
    assert torch.all((shares - wanted).abs() < 5 * (wanted * (1 - wanted) / len(drawn)).sqrt())
