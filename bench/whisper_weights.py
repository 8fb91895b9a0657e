"""Random weights at the true sizes of Whisper's models: speed, memory and batching are
those of the real one, the words are not.

    python -m bench.whisper_weights tiny|base|small|turbo FOLDER
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import whisper_spec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

TEXT_TOKENS, LANGUAGES = 50_257, 99


@dataclass(frozen=True)
class Size:
    """openai/whisper's model dimensions."""

    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    mels: int = 80
    vocabulary: int = 51_865


SIZES = {
    "tiny": Size(384, 4, 4, 6),
    "base": Size(512, 6, 6, 8),
    "small": Size(768, 12, 12, 12),
    "turbo": Size(1280, 32, 4, 20, 128, 51_866),
}


class _Weights:
    def __init__(self, size: Size) -> None:
        self.size = size
        self.random = np.random.default_rng(0)

    def __call__(self, *shape: int) -> Any:
        return self.random.standard_normal(shape, dtype=np.float32) * 0.02

    def norm(self, layer: Any) -> None:
        layer.gamma = np.ones(self.size.width, np.float32)
        layer.beta = np.zeros(self.size.width, np.float32)

    def linear(self, layer: Any, rows: int, columns: int) -> None:
        layer.weight, layer.bias = self(rows, columns), self(rows)

    def block(self, layer: Any) -> None:
        width = self.size.width
        self.norm(layer.self_attention.layer_norm)
        self.linear(layer.self_attention.linear[0], 3 * width, width)
        self.linear(layer.self_attention.linear[1], width, width)
        self.norm(layer.ffn.layer_norm)
        self.linear(layer.ffn.linear_0, 4 * width, width)
        self.linear(layer.ffn.linear_1, width, 4 * width)


def write(name: str, folder: Path, quantization: str = "int8") -> None:
    """A model folder that faster-whisper loads."""
    size = SIZES[name]
    weights, width = _Weights(size), size.width
    spec = whisper_spec.WhisperSpec(
        size.encoder_layers, size.heads, size.decoder_layers, size.heads
    )
    _fill(spec, weights)
    tokens = _tokens(size.vocabulary)
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [TEXT_TOKENS]
    spec.config.lang_ids = list(range(TEXT_TOKENS + 2, TEXT_TOKENS + 2 + LANGUAGES))
    spec.config.alignment_heads = [
        (layer, head)
        for layer in range(size.decoder_layers // 2, size.decoder_layers)
        for head in range(size.heads)
    ]
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _tokenizer(tokens).save(str(folder / "tokenizer.json"))
    (folder / "preprocessor_config.json").write_text(json.dumps({"feature_size": size.mels}))
    assert width % size.heads == 0


def _fill(spec: Any, weights: _Weights) -> None:
    size, width = weights.size, weights.size.width
    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = weights(width, size.mels, 3), weights(width)
    encoder.conv2.weight, encoder.conv2.bias = weights(width, width, 3), weights(width)
    encoder.position_encodings.encodings = weights(1500, width)
    weights.norm(encoder.layer_norm)
    for layer in encoder.layer:
        weights.block(layer)
    decoder.embeddings.weight = weights(size.vocabulary, width)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.position_encodings.encodings = weights(448, width)
    weights.norm(decoder.layer_norm)
    for layer in decoder.layer:
        weights.block(layer)
        weights.norm(layer.attention.layer_norm)
        weights.linear(layer.attention.linear[0], width, width)
        weights.linear(layer.attention.linear[1], 2 * width, width)
        weights.linear(layer.attention.linear[2], width, width)


def _tokens(vocabulary: int) -> list[str]:
    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES][:LANGUAGES]
    tokens = [f"Ġt{index}" for index in range(TEXT_TOKENS)]
    tokens += ["<|endoftext|>", "<|startoftranscript|>", *languages]
    tokens += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>"]
    tokens += ["<|nospeech|>", "<|notimestamps|>"]
    return tokens + [f"<|{index * 0.02:.2f}|>" for index in range(vocabulary - len(tokens))]


def _tokenizer(tokens: list[str]) -> Any:
    vocabulary = {token: index for index, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="Ġt0"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token) for token in tokens[TEXT_TOKENS:]])
    return tokenizer


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
