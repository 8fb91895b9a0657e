"""Which head of the decoder looks where the words are: measured, not assumed."""

from itertools import product
from pathlib import Path

from tools.tiny_whisper.export import export
from tools.tiny_whisper.network import Shape
from tools.tiny_whisper.score import Score

_UTTERANCES = 60  # of each language


def best_head(checkpoint: Path, folder: Path, held_out: Path) -> tuple[int, int]:
    """The layer and head whose words begin and end closest to where the voice put them;
    `folder` takes the exports that are compared."""
    shape = Shape(vocabulary=0, words=0)
    heads = list(product(range(shape.decoder_layers), range(shape.heads)))
    off: dict[tuple[int, int], float] = {}
    for head in heads:
        export(checkpoint, folder, [head])
        off[head] = Score(folder, held_out, most=_UTTERANCES).word_times_off()
        print(f"layer {head[0]} head {head[1]}: words off by {off[head] * 1000:.0f} ms", flush=True)
    return min(heads, key=off.__getitem__)
